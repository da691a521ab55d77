package org.dedupfs.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel asks of a mounted file system. Paths are absolute, bytes as the kernel has them,
 * never null, without a NUL at the end; handles are those that {@link #open}, {@link #create} and
 * {@link #opendir} gave. Called by any number of threads at once. A failure is an exception, which
 * {@link Errnos} turns into what the caller sees; whatever is thrown, the mount lives on.
 *
 * <p>{@code mode} holds the type and the 12 permission bits, the caller's umask already taken away.
 */
public interface Operations {

  /**
   * Before the first request.
   *
   * @param cache what the kernel keeps of the files' bytes
   */
  void init(KernelCache cache);

  FileStatus getattr(Request request, byte[] path) throws IOException;

  FileStatus fgetattr(Request request, long handle) throws IOException;

  byte[] readlink(Request request, byte[] path) throws IOException;

  /** Makes a regular file, fifo, socket or device. */
  void mknod(Request request, byte[] path, int mode, long rdev) throws IOException;

  void mkdir(Request request, byte[] path, int mode) throws IOException;

  /**
   * Removes a name. libfuse also calls this, within a RELEASE request, for the hidden name of a
   * file whose last handle was closed.
   */
  void unlink(Request request, byte[] path) throws IOException;

  void rmdir(Request request, byte[] path) throws IOException;

  void symlink(Request request, byte[] target, byte[] path) throws IOException;

  /**
   * Renames, replacing. libfuse also calls this to hide an open file that is about to lose its
   * name, within an UNLINK or RENAME request; {@link Request#newName()} tells the two apart.
   */
  void rename(Request request, byte[] from, byte[] to) throws IOException;

  void link(Request request, byte[] existing, byte[] path) throws IOException;

  void chmod(Request request, byte[] path, int mode) throws IOException;

  /** {@code uid} and {@code gid}: -1 leaves it as it is. */
  void chown(Request request, byte[] path, int uid, int gid) throws IOException;

  void truncate(Request request, byte[] path, long sizeBytes) throws IOException;

  void ftruncate(Request request, long handle, long sizeBytes) throws IOException;

  /** Null leaves a time as it is; "now" has been resolved by the caller. */
  void utimens(Request request, byte[] path, @Nullable Long accessNanos, @Nullable Long modifyNanos)
      throws IOException;

  /** {@code flags}: of open(2); the kernel has handled O_CREAT, O_EXCL and checked permissions. */
  OpenedFile open(Request request, byte[] path, int flags) throws IOException;

  /**
   * Creates and opens in one step. If the name exists fails with EEXIST when O_EXCL is in {@code
   * flags}, else with ESTALE, upon which the kernel looks up again and checks permissions.
   */
  OpenedFile create(Request request, byte[] path, int mode, int flags) throws IOException;

  /**
   * Fills {@code target}, less only at the end of the file.
   *
   * @param target a view of memory that is valid only during the call
   * @return how many bytes, 0 at or beyond the end
   */
  int read(Request request, long handle, ByteBuffer target, long offsetBytes) throws IOException;

  /**
   * Writes all of {@code source}.
   *
   * @param source a view of memory that is valid only during the call
   * @param flags of the open file at this moment, O_APPEND in particular
   * @param fromPageCache written back from a mapped page: goes to its offset whatever the flags
   */
  int write(
      Request request,
      long handle,
      ByteBuffer source,
      long offsetBytes,
      int flags,
      boolean fromPageCache)
      throws IOException;

  /** A descriptor of the handle was closed; the last place where an error reaches the caller. */
  void flush(Request request, long handle) throws IOException;

  /** The last descriptor of the handle was closed. */
  void release(Request request, long handle) throws IOException;

  void fsync(Request request, long handle, boolean dataOnly) throws IOException;

  SpaceStatus statfs(Request request) throws IOException;

  /** {@code flags}: 0, XATTR_CREATE 1 or XATTR_REPLACE 2. */
  void setxattr(Request request, byte[] path, byte[] name, byte[] value, int flags)
      throws IOException;

  /** Null if there is no such attribute. */
  byte @Nullable [] getxattr(Request request, byte[] path, byte[] name) throws IOException;

  List<byte[]> listxattr(Request request, byte[] path) throws IOException;

  void removexattr(Request request, byte[] path, byte[] name) throws IOException;

  long opendir(Request request, byte[] path) throws IOException;

  /** Tells entries, {@code .} and {@code ..} included, behind a place until the filler is full. */
  void readdir(Request request, long handle, long afterOffset, DirectoryFiller filler)
      throws IOException;

  void releasedir(Request request, long handle) throws IOException;

  void fsyncdir(Request request, long handle) throws IOException;

  /** {@code mask}: of access(2). */
  void access(Request request, byte[] path, int mask) throws IOException;

  /** {@code mode}: of fallocate(2); 0, KEEP_SIZE 1, PUNCH_HOLE 2, ZERO_RANGE 16. */
  void fallocate(Request request, long handle, int mode, long offsetBytes, long lengthBytes)
      throws IOException;
}
