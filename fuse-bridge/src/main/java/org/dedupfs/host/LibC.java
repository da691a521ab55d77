package org.dedupfs.host;

import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/** The functions of the C library; public only because jnr-ffi implements it elsewhere. */
public interface LibC {
  @ssize_t
  long llistxattr(@In byte[] path, @Out byte @Nullable [] list, @size_t long size);

  @ssize_t
  long lgetxattr(@In byte[] path, @In byte[] name, @Out byte @Nullable [] value, @size_t long size);

  int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, @size_t long size, int flags);

  int lremovexattr(@In byte[] path, @In byte[] name);

  int mknod(@In byte[] path, int mode, long rdev);

  int symlink(@In byte[] target, @In byte[] path);

  int utimensat(int directory, @In byte[] path, @In long[] times, int flags);

  int chmod(@In byte[] path, int mode);

  int lchown(@In byte[] path, int uid, int gid);

  int open(@In byte[] path, int flags);

  int close(int descriptor);

  int ftruncate(int descriptor, long size);

  long lseek(int descriptor, long offset, int whence);

  String strerror(int errno);
}
