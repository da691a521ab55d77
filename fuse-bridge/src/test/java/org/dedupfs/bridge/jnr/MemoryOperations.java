package org.dedupfs.bridge.jnr;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
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

/** A small file system in memory, that notes what it is asked. Safe for any number of threads. */
final class MemoryOperations implements Operations {
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;
  private static final int O_APPEND = 02000;
  private static final long NEVER_OPENED = -1;

  /** Notes of what came in, for what cannot be seen from outside. */
  final List<String> heard = new CopyOnWriteArrayList<>();

  private final Map<Long, MemoryNode> handles = new HashMap<>();
  private final Map<MemoryNode, Long> nodeIds = new HashMap<>();
  private final MemoryNode root = new MemoryNode(1, MemoryNode.S_IFDIR | 0777, 0, 0);
  private long lastNumber = 1;
  private long lastHandle;
  private @Nullable KernelCache cache;

  @Override
  public synchronized void init(KernelCache kernelCache) {
    cache = kernelCache;
  }

  /** Changes bytes behind the back of the kernel, and tells it or not. */
  synchronized void change(String path, byte[] bytes, boolean tell) throws IOException {
    MemoryNode node = find(path.getBytes(ISO_8859_1));
    node.bytes = bytes;
    if (tell) {
      Objects.requireNonNull(cache).invalidate(nodeIds.getOrDefault(node, NEVER_OPENED));
    }
  }

  private static String name(byte[] path) {
    String text = new String(path, ISO_8859_1);
    return text.substring(text.lastIndexOf('/') + 1);
  }

  private MemoryNode parent(byte[] path) throws IOException {
    String text = new String(path, ISO_8859_1);
    String above = text.substring(0, text.lastIndexOf('/'));
    return find((above.isEmpty() ? "/" : above).getBytes(ISO_8859_1));
  }

  private MemoryNode find(byte[] path) throws IOException {
    MemoryNode node = root;
    for (String name : new String(path, ISO_8859_1).split("/", -1)) {
      if (!name.isEmpty()) {
        if (!node.isDirectory()) {
          throw new ErrnoException(Errno.ENOTDIR, name);
        }
        MemoryNode next = node.entries.get(name);
        if (next == null) {
          throw new ErrnoException(Errno.ENOENT, name);
        }
        node = next;
      }
    }
    return node;
  }

  private MemoryNode opened(long handle) throws IOException {
    MemoryNode node = handles.get(handle);
    if (node == null) {
      throw new ErrnoException(Errno.EBADF, "handle " + handle);
    }
    return node;
  }

  private MemoryNode make(Request request, byte[] path, int mode) throws IOException {
    MemoryNode directory = parent(path);
    if (directory.entries.containsKey(name(path))) {
      throw new ErrnoException(Errno.EEXIST, name(path));
    }
    MemoryNode node = new MemoryNode(++lastNumber, mode, request.uid(), request.gid());
    node.names = 1;
    directory.entries.put(name(path), node);
    return node;
  }

  private long handle(MemoryNode node) {
    handles.put(++lastHandle, node);
    return lastHandle;
  }

  @Override
  public synchronized FileStatus getattr(Request request, byte[] path) throws IOException {
    return find(path).status();
  }

  @Override
  public synchronized FileStatus fgetattr(Request request, long handle) throws IOException {
    return opened(handle).status();
  }

  @Override
  public synchronized byte[] readlink(Request request, byte[] path) throws IOException {
    return find(path).target;
  }

  @Override
  public synchronized void mknod(Request request, byte[] path, int mode, long rdev)
      throws IOException {
    make(request, path, mode).rdev = rdev;
  }

  @Override
  public synchronized void mkdir(Request request, byte[] path, int mode) throws IOException {
    make(request, path, mode);
  }

  @Override
  public synchronized void unlink(Request request, byte[] path) throws IOException {
    heard.add("unlink " + request.opcode() + " " + new String(path, ISO_8859_1));
    MemoryNode node = find(path);
    parent(path).entries.remove(name(path));
    node.names--;
  }

  @Override
  public synchronized void rmdir(Request request, byte[] path) throws IOException {
    if (!find(path).entries.isEmpty()) {
      throw new ErrnoException(Errno.ENOTEMPTY, name(path));
    }
    parent(path).entries.remove(name(path));
  }

  @Override
  public synchronized void symlink(Request request, byte[] target, byte[] path) throws IOException {
    make(request, path, MemoryNode.S_IFLNK | 0777).target = target;
  }

  @Override
  public synchronized void rename(Request request, byte[] from, byte[] to) throws IOException {
    byte[] newName = request.newName();
    heard.add(
        "rename "
            + request.opcode()
            + " "
            + name(from)
            + " "
            + name(to)
            + " "
            + (newName == null ? "-" : new String(newName, ISO_8859_1)));
    MemoryNode node = find(from);
    parent(to).entries.put(name(to), node);
    parent(from).entries.remove(name(from));
  }

  @Override
  public synchronized void link(Request request, byte[] existing, byte[] path) throws IOException {
    MemoryNode node = find(existing);
    parent(path).entries.put(name(path), node);
    node.names++;
  }

  @Override
  public synchronized void chmod(Request request, byte[] path, int mode) throws IOException {
    MemoryNode node = find(path);
    node.mode = (node.mode & MemoryNode.S_IFMT) | (mode & ~MemoryNode.S_IFMT);
  }

  @Override
  public synchronized void chown(Request request, byte[] path, int uid, int gid)
      throws IOException {
    heard.add("chown " + uid + " " + gid);
    MemoryNode node = find(path);
    node.uid = uid == -1 ? node.uid : uid;
    node.gid = gid == -1 ? node.gid : gid;
  }

  @Override
  public synchronized void truncate(Request request, byte[] path, long sizeBytes)
      throws IOException {
    heard.add("truncate " + sizeBytes);
    find(path).resize(sizeBytes);
  }

  @Override
  public synchronized void ftruncate(Request request, long handle, long sizeBytes)
      throws IOException {
    heard.add("ftruncate " + sizeBytes);
    opened(handle).resize(sizeBytes);
  }

  @Override
  public synchronized void utimens(
      Request request, byte[] path, @Nullable Long accessNanos, @Nullable Long modifyNanos)
      throws IOException {
    heard.add("utimens " + accessNanos + " " + modifyNanos);
    MemoryNode node = find(path);
    node.accessNanos = accessNanos == null ? node.accessNanos : accessNanos;
    node.modifyNanos = modifyNanos == null ? node.modifyNanos : modifyNanos;
  }

  @Override
  public synchronized OpenedFile open(Request request, byte[] path, int flags) throws IOException {
    MemoryNode node = find(path);
    nodeIds.put(node, request.nodeId());
    heard.add("open " + request.uid() + " " + request.gid() + " " + request.pid());
    return new OpenedFile(handle(node), false);
  }

  @Override
  public synchronized OpenedFile create(Request request, byte[] path, int mode, int flags)
      throws IOException {
    return new OpenedFile(handle(make(request, path, mode)), false);
  }

  @Override
  public synchronized int read(Request request, long handle, ByteBuffer target, long offsetBytes)
      throws IOException {
    byte[] bytes = opened(handle).bytes;
    heard.add("read " + target.remaining());
    int count = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offsetBytes));
    if (count > 0) {
      target.put(bytes, (int) offsetBytes, count);
    }
    return count;
  }

  @Override
  public synchronized int write(
      Request request,
      long handle,
      ByteBuffer source,
      long offsetBytes,
      int flags,
      boolean fromPageCache)
      throws IOException {
    MemoryNode node = opened(handle);
    int count = source.remaining();
    heard.add(
        "write "
            + count
            + ((flags & O_APPEND) != 0 ? " append" : "")
            + (fromPageCache ? " page" : ""));
    if (node.bytes.length < offsetBytes + count) {
      node.resize(offsetBytes + count);
    }
    source.get(node.bytes, (int) offsetBytes, count);
    node.modifyNanos = NativeStructs.now();
    return count;
  }

  @Override
  public synchronized void flush(Request request, long handle) throws IOException {
    opened(handle);
    heard.add("flush");
  }

  @Override
  public synchronized void release(Request request, long handle) throws IOException {
    opened(handle);
    handles.remove(handle);
    heard.add("release");
  }

  @Override
  public synchronized void fsync(Request request, long handle, boolean dataOnly)
      throws IOException {
    opened(handle);
    heard.add("fsync " + dataOnly);
  }

  @Override
  public synchronized SpaceStatus statfs(Request request) {
    return new SpaceStatus(4096, 1000, 900, 800, 700, 600, 255);
  }

  @Override
  public synchronized void setxattr(
      Request request, byte[] path, byte[] name, byte[] value, int flags) throws IOException {
    heard.add("setxattr " + flags);
    find(path).xattrs.put(new String(name, ISO_8859_1), value);
  }

  @Override
  public synchronized byte @Nullable [] getxattr(Request request, byte[] path, byte[] name)
      throws IOException {
    heard.add("getxattr " + new String(name, ISO_8859_1));
    return find(path).xattrs.get(new String(name, ISO_8859_1));
  }

  @Override
  public synchronized List<byte[]> listxattr(Request request, byte[] path) throws IOException {
    return find(path).xattrs.keySet().stream().map(name -> name.getBytes(ISO_8859_1)).toList();
  }

  @Override
  public synchronized void removexattr(Request request, byte[] path, byte[] name)
      throws IOException {
    if (find(path).xattrs.remove(new String(name, ISO_8859_1)) == null) {
      throw new ErrnoException(Errno.ENODATA, "none");
    }
  }

  @Override
  public synchronized long opendir(Request request, byte[] path) throws IOException {
    return handle(find(path));
  }

  @Override
  public synchronized void readdir(
      Request request, long handle, long afterOffset, DirectoryFiller filler) throws IOException {
    List<Map.Entry<String, MemoryNode>> all = new ArrayList<>();
    all.add(Map.entry(".", opened(handle)));
    all.add(Map.entry("..", root));
    all.addAll(opened(handle).entries.entrySet());
    heard.add("readdir " + afterOffset);
    for (int i = (int) afterOffset; i < all.size(); i++) {
      MemoryNode node = all.get(i).getValue();
      byte[] name = all.get(i).getKey().getBytes(ISO_8859_1);
      if (!filler.add(name, node.number, node.mode, i + 1)) {
        return;
      }
    }
  }

  @Override
  public synchronized void releasedir(Request request, long handle) throws IOException {
    opened(handle);
    handles.remove(handle);
    heard.add("releasedir");
  }

  @Override
  public synchronized void fsyncdir(Request request, long handle) throws IOException {
    opened(handle);
    heard.add("fsyncdir");
  }

  @Override
  public synchronized void access(Request request, byte[] path, int mask) throws IOException {
    heard.add("access " + mask);
    find(path);
  }

  @Override
  public synchronized void fallocate(
      Request request, long handle, int mode, long offsetBytes, long lengthBytes)
      throws IOException {
    heard.add("fallocate " + mode + " " + offsetBytes + " " + lengthBytes);
    MemoryNode node = opened(handle);
    if ((mode & PUNCH_HOLE) != 0) {
      int end = (int) Math.min(node.bytes.length, offsetBytes + lengthBytes);
      Arrays.fill(node.bytes, (int) offsetBytes, end, (byte) 0);
    } else if ((mode & KEEP_SIZE) == 0 && node.bytes.length < offsetBytes + lengthBytes) {
      node.resize(offsetBytes + lengthBytes);
    }
  }
}
