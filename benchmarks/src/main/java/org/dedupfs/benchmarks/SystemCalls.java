package org.dedupfs.benchmarks;

/**
 * What is used of the C library; public only because jnr-ffi implements it elsewhere. Paths and
 * buffers are addresses, so that nothing is copied and a call costs hardly more than in C.
 */
public interface SystemCalls {
  int open(long path, int flags, int mode);

  int close(int descriptor);

  int unlink(long path);

  int statx(int directory, long path, int flags, int mask, long result);

  long getdents64(int descriptor, long target, long sizeBytes);

  long pread(int descriptor, long target, long sizeBytes, long offsetBytes);

  int fsync(int descriptor);

  int syncfs(int descriptor);

  int clock_gettime(int clock, long result);

  int posix_fadvise(int descriptor, long offsetBytes, long lengthBytes, int advice);

  String strerror(int errno);
}
