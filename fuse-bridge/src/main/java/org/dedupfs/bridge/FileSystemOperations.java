package org.dedupfs.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.StoreStatistics;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@link Operations} by a file system of {@code java.nio.file}: a store with all that it
 * can, another provider's as far as its views go. Permissions are the kernel's to check (option
 * {@code default_permissions}).
 *
 * <p>Safe for any number of threads. They must not be interrupted in here: that closes the channel
 * they use, which others share.
 */
public final class FileSystemOperations implements Operations, Closeable {
  private static final int KEEP = -1;
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;
  private static final int ZERO_RANGE = 16;
  private static final int MAY_WRITE = 2;

  /** GETATTR of the FUSE protocol. */
  private static final int GETATTR = 3;

  private final MountedTree tree;
  private final VirtualAttributes attributes;
  private final SpaceWatch space;
  private final OpenFiles files;
  private final HandleTable<MountedDirectory> directories = new HandleTable<>();
  private volatile KernelCache kernel = nodeId -> {};
  private volatile @Nullable Closeable foreignChanges;

  FileSystemOperations(MountedTree tree, VirtualAttributes attributes) {
    this.tree = tree;
    this.attributes = attributes;
    this.space = new SpaceWatch(tree::space, System::nanoTime);
    this.files = new OpenFiles(tree, new LaterKernel());
  }

  /**
   * For the whole of a file system, which stays the caller's to close, after these operations.
   *
   * @param statisticsText what {@code user.dedupfs.stats} of the root of a store tells
   */
  public static FileSystemOperations of(
      FileSystem fileSystem, Function<StoreStatistics, String> statisticsText) {
    if (fileSystem instanceof DedupFileSystem store) {
      return new FileSystemOperations(
          new DedupTree(store),
          new VirtualAttributes(() -> statisticsText.apply(store.statistics())));
    }
    return new FileSystemOperations(PlainTree.of(fileSystem), new VirtualAttributes(null));
  }

  /** The kernel's cache as soon as there is one. */
  private final class LaterKernel implements KernelCache {
    @Override
    public void invalidate(long nodeId) {
      kernel.invalidate(nodeId);
    }

    @Override
    public void settle() {
      kernel.settle();
    }
  }

  @Override
  public void init(KernelCache cache) {
    kernel = Objects.requireNonNull(cache);
    foreignChanges = tree.onForeignChange(files::disturbed);
  }

  /** Closes what is still open; without effect the second time. */
  @Override
  public void close() throws IOException {
    Closeable listening = foreignChanges;
    if (listening != null) {
      listening.close();
    }
    for (MountedDirectory directory : directories.all()) {
      directory.close();
    }
    files.close();
  }

  private void requireWritable() throws IOException {
    if (tree.isReadOnly()) {
      throw new ErrnoException(Errno.EROFS, "read-only file system");
    }
  }

  private MountedNode node(byte[] path) throws IOException {
    OpenInode hidden = files.hidden(path);
    return hidden == null ? tree.node(tree.path(path)) : hidden.file().node();
  }

  @Override
  public FileStatus getattr(Request request, byte[] path) throws IOException {
    OpenInode hidden = files.hidden(path);
    if (hidden != null) {
      return asCounted(request, hidden.file().node().status(), true);
    }
    try {
      return tree.status(tree.path(path));
    } catch (NoSuchFileException e) {
      // fstat(2) comes here: libfuse knows the open file by the name that others have removed.
      FileStatus open = request.opcode() == GETATTR ? files.statusByNode(request.nodeId()) : null;
      if (open == null) {
        throw e;
      }
      return open;
    }
  }

  @Override
  public FileStatus fgetattr(Request request, long handle) throws IOException {
    FileHandle open = files.get(request, handle);
    OpenInode inode = open.inode();
    boolean hidden =
        open.nodeId() != FileHandle.UNKNOWN_NODE && HiddenNames.isHidden(inode, open.nodeId());
    return asCounted(request, inode.file().node().status(), hidden);
  }

  /** libfuse takes a name off what a GETATTR request tells of a hidden file: its own. */
  private static FileStatus asCounted(Request request, FileStatus status, boolean hidden) {
    return hidden && request.opcode() == GETATTR ? status.withNlink(status.nlink() + 1) : status;
  }

  @Override
  public byte[] readlink(Request request, byte[] path) throws IOException {
    return tree.readSymbolicLink(tree.path(path));
  }

  @Override
  public void mknod(Request request, byte[] path, int mode, long rdev) throws IOException {
    requireWritable();
    files.requireNotHidden(path);
    tree.createNode(tree.path(path), new NewNode(mode, request.uid(), request.gid(), rdev));
  }

  @Override
  public void mkdir(Request request, byte[] path, int mode) throws IOException {
    requireWritable();
    files.requireNotHidden(path);
    int directoryMode = FileModes.DIRECTORY | (mode & FileModes.PERMISSIONS);
    tree.createDirectory(
        tree.path(path), new NewNode(directoryMode, request.uid(), request.gid(), 0));
  }

  @Override
  public void unlink(Request request, byte[] path) throws IOException {
    if (tree.bindsToInodes() && (forgetHidden(path) || request.opcode() != Request.UNLINK)) {
      return; // libfuse is done with a name that it had invented, and that no file ever had.
    }
    requireWritable();
    tree.removeFile(tree.path(path));
  }

  private boolean forgetHidden(byte[] path) throws IOException {
    try {
      return files.forgetHidden(path);
    } catch (NoSuchFileException e) {
      return false; // With its directory: it will be forgotten with the last handle.
    }
  }

  @Override
  public void rmdir(Request request, byte[] path) throws IOException {
    requireWritable();
    tree.removeDirectory(tree.path(path));
  }

  @Override
  public void symlink(Request request, byte[] target, byte[] path) throws IOException {
    requireWritable();
    files.requireNotHidden(path);
    NewNode node = new NewNode(FileModes.SYMBOLIC_LINK | 0777, request.uid(), request.gid(), 0);
    tree.createSymbolicLink(tree.path(path), target, node);
  }

  @Override
  public void rename(Request request, byte[] from, byte[] to) throws IOException {
    requireWritable();
    if (tree.bindsToInodes()) {
      if (HiddenNames.isHide(request, to)) {
        files.hide(request, from, to);
        return;
      }
      if (files.hidden(from) != null || files.hidden(to) != null) {
        throw new ErrnoException(Errno.EBUSY, "a hidden name of a file in use");
      }
    }
    tree.rename(tree.path(from), tree.path(to));
  }

  @Override
  public void link(Request request, byte[] existing, byte[] path) throws IOException {
    requireWritable();
    files.requireNotHidden(path);
    OpenInode hidden = files.hidden(existing);
    if (hidden == null) {
      tree.createLink(tree.path(path), tree.path(existing));
    } else {
      hidden.file().linkTo(tree.path(path));
    }
  }

  @Override
  public void chmod(Request request, byte[] path, int mode) throws IOException {
    requireWritable();
    node(path).setMode(mode & FileModes.PERMISSIONS);
  }

  @Override
  public void chown(Request request, byte[] path, int uid, int gid) throws IOException {
    requireWritable();
    MountedNode node = node(path);
    // To the same as before, which takes privileges: the kernel has not asked whether the caller
    // may. Not an error, for he may be one who may write, and whose WRITE says the same.
    if (uid != KEEP || gid != KEEP || request.uid() == 0 || request.uid() == node.status().uid()) {
      node.setOwner(uid, gid);
    }
  }

  @Override
  public void utimens(
      Request request, byte[] path, @Nullable Long accessNanos, @Nullable Long modifyNanos)
      throws IOException {
    requireWritable();
    node(path).setTimes(accessNanos, modifyNanos);
  }

  @Override
  public void truncate(Request request, byte[] path, long sizeBytes) throws IOException {
    requireWritable();
    files.truncate(request, path, sizeBytes);
  }

  @Override
  public void ftruncate(Request request, long handle, long sizeBytes) throws IOException {
    requireWritable();
    change(request, handle, file -> file.setLength(sizeBytes));
  }

  @Override
  public OpenedFile open(Request request, byte[] path, int flags) throws IOException {
    if (OpenFlags.writes(flags)) {
      requireWritable();
    }
    return files.open(request, path, flags);
  }

  @Override
  public OpenedFile create(Request request, byte[] path, int mode, int flags) throws IOException {
    requireWritable();
    int fileMode = FileModes.REGULAR | (mode & FileModes.PERMISSIONS);
    return files.create(path, new NewNode(fileMode, request.uid(), request.gid(), 0), flags);
  }

  @Override
  public int read(Request request, long handle, ByteBuffer target, long offsetBytes)
      throws IOException {
    return files.getForBytes(request, handle).inode().file().read(target, offsetBytes);
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
    requireWritable();
    int count = source.remaining();
    if ((flags & OpenFlags.APPEND) == 0 || fromPageCache) {
      change(request, handle, file -> file.write(source, offsetBytes));
      return count;
    }
    long[] at = new long[1];
    change(request, handle, file -> at[0] = file.append(source));
    if (at[0] != offsetBytes) {
      // The kernel believed the end elsewhere, and has put the bytes there in its cache.
      files.spoiled(files.get(request, handle));
    }
    return count;
  }

  /** Something that changes the bytes of an open file. */
  private interface FileChange {
    void apply(MountedFile file) throws IOException;
  }

  private void change(Request request, long handle, FileChange change) throws IOException {
    FileHandle open = files.getForBytes(request, handle);
    if (request.killsPrivileges()) {
      open.inode().file().clearPrivileges();
    }
    files.change(open, () -> change.apply(open.inode().file()));
  }

  @Override
  public void flush(Request request, long handle) throws IOException {
    files.get(request, handle).inode().file().flush();
  }

  @Override
  public void release(Request request, long handle) throws IOException {
    files.release(request, handle);
  }

  @Override
  public void fsync(Request request, long handle, boolean dataOnly) throws IOException {
    files.get(request, handle).inode().file().sync();
  }

  @Override
  public SpaceStatus statfs(Request request) throws IOException {
    return space.get();
  }

  @Override
  public void setxattr(Request request, byte[] path, byte[] name, byte[] value, int flags)
      throws IOException {
    requireWritable();
    attributes.requireChangeable(name);
    node(path).writeAttribute(name, value, flags);
  }

  @Override
  public byte @Nullable [] getxattr(Request request, byte[] path, byte[] name) throws IOException {
    return attributes.read(node(path), RawPaths.isRoot(path), name);
  }

  @Override
  public List<byte[]> listxattr(Request request, byte[] path) throws IOException {
    return attributes.list(node(path), request.uid());
  }

  @Override
  public void removexattr(Request request, byte[] path, byte[] name) throws IOException {
    requireWritable();
    attributes.requireChangeable(name);
    node(path).deleteAttribute(name);
  }

  @Override
  public long opendir(Request request, byte[] path) throws IOException {
    return directories.add(tree.openDirectory(tree.path(path)));
  }

  @Override
  public void readdir(Request request, long handle, long afterOffset, DirectoryFiller filler)
      throws IOException {
    directories.get(handle).read(afterOffset, filler);
  }

  @Override
  public void releasedir(Request request, long handle) throws IOException {
    directories.remove(handle).close();
  }

  @Override
  public void fsyncdir(Request request, long handle) throws IOException {
    MountedDirectory open = directories.get(handle);
    Objects.requireNonNull(open);
    tree.syncNames();
  }

  /** Permissions are the kernel's; what is left is whether the file is there and changes at all. */
  @Override
  public void access(Request request, byte[] path, int mask) throws IOException {
    FileStatus status = getattr(request, path);
    if ((mask & MAY_WRITE) != 0 && FileModes.isStored(status.mode())) {
      requireWritable();
    }
  }

  @Override
  public void fallocate(Request request, long handle, int mode, long offsetBytes, long lengthBytes)
      throws IOException {
    requireWritable();
    if (offsetBytes < 0 || lengthBytes <= 0) {
      throw new ErrnoException(Errno.EINVAL, "range " + offsetBytes + " + " + lengthBytes);
    }
    if (offsetBytes + lengthBytes < 0) {
      throw new ErrnoException(Errno.EFBIG, "range " + offsetBytes + " + " + lengthBytes);
    }
    switch (mode) {
      // Nothing can be reserved: what data costs is not known before it is written. But the file
      // counts as modified, also where it was that large before.
      case 0, KEEP_SIZE ->
          change(
              request,
              handle,
              file -> {
                if (mode != KEEP_SIZE) {
                  file.allocate(offsetBytes, lengthBytes);
                }
                file.node().setTimes(null, nowNanos());
              });
      case PUNCH_HOLE | KEEP_SIZE, ZERO_RANGE | KEEP_SIZE ->
          change(request, handle, file -> file.punchHole(offsetBytes, lengthBytes));
      case ZERO_RANGE -> change(request, handle, file -> file.zeroRange(offsetBytes, lengthBytes));
      default -> throw new ErrnoException(Errno.ENOTSUP, "fallocate mode " + mode);
    }
  }

  private static long nowNanos() {
    return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
  }
}
