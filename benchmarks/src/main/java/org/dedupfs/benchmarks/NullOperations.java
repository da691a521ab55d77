package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.bridge.DirectoryFiller;
import org.dedupfs.bridge.Errno;
import org.dedupfs.bridge.ErrnoException;
import org.dedupfs.bridge.FileStatus;
import org.dedupfs.bridge.KernelCache;
import org.dedupfs.bridge.OpenedFile;
import org.dedupfs.bridge.Operations;
import org.dedupfs.bridge.Request;
import org.dedupfs.bridge.SpaceStatus;
import org.jspecify.annotations.Nullable;

/**
 * A file system that keeps names in memory and nothing else: what is written is swallowed, what is
 * read is zeros. What it does not reach no store behind the same bridge can reach. Times stand
 * still, and directories cannot be renamed. Safe for any number of threads.
 */
final class NullOperations implements Operations {
  private static final int FILE = 0100000;
  private static final int LINK = 0120000;
  private static final int BLOCK_BYTES = 4096;
  private static final int NAME_MAX = 255;
  private static final long MANY = 1L << 40;

  private final ConcurrentMap<String, NullNode> nodes = new ConcurrentHashMap<>();
  private final ConcurrentMap<Long, NullNode> handles = new ConcurrentHashMap<>();
  private final ConcurrentMap<Long, Listing> listings = new ConcurrentHashMap<>();
  private final AtomicLong lastNumber = new AtomicLong();

  /** An open directory, with its entries of that moment, so that they keep their places. */
  private record Listing(NullNode directory, List<Map.Entry<String, NullNode>> entries) {}

  NullOperations() {
    nodes.put(
        "/",
        new NullNode(lastNumber.incrementAndGet(), NullNode.DIRECTORY | 0777, 0, 0, new byte[0]));
  }

  @Override
  public void init(KernelCache cache) {}

  private static String text(byte[] path) {
    return new String(path, StandardCharsets.ISO_8859_1);
  }

  private NullNode find(String path) throws ErrnoException {
    NullNode node = nodes.get(path);
    if (node == null) {
      throw new ErrnoException(Errno.ENOENT, path);
    }
    return node;
  }

  private NullNode parent(String path) throws ErrnoException {
    int slash = path.lastIndexOf('/');
    return find(slash == 0 ? "/" : path.substring(0, slash));
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private NullNode opened(long handle) throws ErrnoException {
    NullNode node = handles.get(handle);
    if (node == null) {
      throw new ErrnoException(Errno.EBADF, "handle " + handle);
    }
    return node;
  }

  private long handle(NullNode node) {
    long handle = lastNumber.incrementAndGet();
    handles.put(handle, node);
    return handle;
  }

  private NullNode make(Request request, byte[] path, int mode, byte[] target)
      throws ErrnoException {
    String text = text(path);
    NullNode parent = parent(text);
    NullNode node =
        new NullNode(lastNumber.incrementAndGet(), mode, request.uid(), request.gid(), target);
    if (nodes.putIfAbsent(text, node) != null) {
      throw new ErrnoException(Errno.EEXIST, text);
    }
    parent.children().put(name(text), node);
    return node;
  }

  private void remove(String path) throws ErrnoException {
    if (nodes.remove(path) == null) {
      throw new ErrnoException(Errno.ENOENT, path);
    }
    parent(path).children().remove(name(path));
  }

  @Override
  public FileStatus getattr(Request request, byte[] path) throws IOException {
    return find(text(path)).status();
  }

  @Override
  public FileStatus fgetattr(Request request, long handle) throws IOException {
    return opened(handle).status();
  }

  @Override
  public byte[] readlink(Request request, byte[] path) throws IOException {
    return find(text(path)).target();
  }

  @Override
  public void mknod(Request request, byte[] path, int mode, long rdev) throws IOException {
    NullNode unused = make(request, path, mode, new byte[0]);
  }

  @Override
  public void mkdir(Request request, byte[] path, int mode) throws IOException {
    NullNode unused =
        make(request, path, NullNode.DIRECTORY | (mode & ~NullNode.TYPE), new byte[0]);
  }

  @Override
  public void unlink(Request request, byte[] path) throws IOException {
    remove(text(path));
  }

  @Override
  public void rmdir(Request request, byte[] path) throws IOException {
    String text = text(path);
    if (!find(text).children().isEmpty()) {
      throw new ErrnoException(Errno.ENOTEMPTY, text);
    }
    remove(text);
  }

  @Override
  public void symlink(Request request, byte[] target, byte[] path) throws IOException {
    NullNode unused = make(request, path, LINK | 0777, target);
  }

  @Override
  public void rename(Request request, byte[] from, byte[] to) throws IOException {
    NullNode node = find(text(from));
    if (node.isDirectory()) {
      throw new ErrnoException(Errno.ENOTSUP, text(from));
    }
    remove(text(from));
    put(text(to), node);
  }

  private void put(String path, NullNode node) throws ErrnoException {
    parent(path).children().put(name(path), node);
    nodes.put(path, node);
  }

  @Override
  public void link(Request request, byte[] existing, byte[] path) throws IOException {
    put(text(path), find(text(existing)));
  }

  @Override
  public void chmod(Request request, byte[] path, int mode) throws IOException {
    find(text(path)).changeMode(mode);
  }

  @Override
  public void chown(Request request, byte[] path, int uid, int gid) throws IOException {
    NullNode unused = find(text(path));
  }

  @Override
  public void truncate(Request request, byte[] path, long sizeBytes) throws IOException {
    find(text(path)).resize(sizeBytes);
  }

  @Override
  public void ftruncate(Request request, long handle, long sizeBytes) throws IOException {
    opened(handle).resize(sizeBytes);
  }

  @Override
  public void utimens(
      Request request, byte[] path, @Nullable Long accessNanos, @Nullable Long modifyNanos)
      throws IOException {
    NullNode unused = find(text(path));
  }

  @Override
  public OpenedFile open(Request request, byte[] path, int flags) throws IOException {
    return new OpenedFile(handle(find(text(path))), false);
  }

  @Override
  public OpenedFile create(Request request, byte[] path, int mode, int flags) throws IOException {
    return new OpenedFile(
        handle(make(request, path, FILE | (mode & ~NullNode.TYPE), new byte[0])), false);
  }

  @Override
  public int read(Request request, long handle, ByteBuffer target, long offsetBytes)
      throws IOException {
    long left = Math.max(0, opened(handle).sizeBytes() - offsetBytes);
    int count = (int) Math.min(target.remaining(), left);
    // The memory is libfuse's, new for each request: it has to be written to.
    while (count > target.position() && target.remaining() >= Long.BYTES) {
      target.putLong(0);
    }
    while (count > target.position()) {
      target.put((byte) 0);
    }
    return count;
  }

  @Override
  public int write(
      Request request,
      long handle,
      ByteBuffer source,
      long offsetBytes,
      int flags,
      boolean fromPageCache)
      throws IOException {
    int count = source.remaining();
    opened(handle).growTo(offsetBytes + count);
    return count;
  }

  @Override
  public void flush(Request request, long handle) {}

  @Override
  public void release(Request request, long handle) {
    handles.remove(handle);
  }

  @Override
  public void fsync(Request request, long handle, boolean dataOnly) {}

  @Override
  public SpaceStatus statfs(Request request) {
    return new SpaceStatus(BLOCK_BYTES, MANY, MANY, MANY, MANY, MANY, NAME_MAX);
  }

  @Override
  public void setxattr(Request request, byte[] path, byte[] name, byte[] value, int flags)
      throws IOException {
    throw new ErrnoException(Errno.ENOTSUP, text(path));
  }

  @Override
  public byte @Nullable [] getxattr(Request request, byte[] path, byte[] name) {
    return null;
  }

  @Override
  public List<byte[]> listxattr(Request request, byte[] path) {
    return List.of();
  }

  @Override
  public void removexattr(Request request, byte[] path, byte[] name) throws IOException {
    throw new ErrnoException(Errno.ENODATA, text(path));
  }

  @Override
  public long opendir(Request request, byte[] path) throws IOException {
    NullNode node = find(text(path));
    long handle = lastNumber.incrementAndGet();
    listings.put(handle, new Listing(node, List.copyOf(node.children().entrySet())));
    return handle;
  }

  @Override
  public void readdir(Request request, long handle, long afterOffset, DirectoryFiller filler)
      throws IOException {
    Listing listing = listings.get(handle);
    if (listing == null) {
      throw new ErrnoException(Errno.EBADF, "handle " + handle);
    }
    List<Map.Entry<String, NullNode>> entries = listing.entries();
    for (long i = afterOffset; i < entries.size() + 2; i++) {
      boolean dot = i < 2;
      NullNode node = dot ? listing.directory() : entries.get((int) i - 2).getValue();
      String name = dot ? "..".substring((int) i) : entries.get((int) i - 2).getKey();
      byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
      if (!filler.add(bytes, node.number(), node.mode(), i + 1)) {
        return;
      }
    }
  }

  @Override
  public void releasedir(Request request, long handle) {
    listings.remove(handle);
  }

  @Override
  public void fsyncdir(Request request, long handle) {}

  @Override
  public void access(Request request, byte[] path, int mask) throws IOException {
    NullNode unused = find(text(path));
  }

  @Override
  public void fallocate(Request request, long handle, int mode, long offsetBytes, long lengthBytes)
      throws IOException {
    throw new ErrnoException(Errno.ENOTSUP, "fallocate");
  }
}
