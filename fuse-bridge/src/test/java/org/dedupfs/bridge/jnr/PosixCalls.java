package org.dedupfs.bridge.jnr;

import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/** System calls that Java does not make as the tests want them. */
public interface PosixCalls {
  int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, @size_t long size, int flags);

  @ssize_t
  long lgetxattr(@In byte[] path, @In byte[] name, @Out byte @Nullable [] value, @size_t long size);

  @ssize_t
  long llistxattr(@In byte[] path, @Out byte @Nullable [] list, @size_t long size);

  int lremovexattr(@In byte[] path, @In byte[] name);

  int utimensat(int directory, @In byte[] path, @In long[] times, int flags);

  int mknod(@In byte[] path, int mode, long rdev);

  int chmod(@In byte[] path, int mode);
}
