package org.dedupfs.bridge.jnr;

import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** What is used of the C library; public only because jnr-ffi implements it elsewhere. */
public interface SystemCalls {
  int dup(int descriptor);

  int dup2(int descriptor, int as);

  int close(int descriptor);

  int fcntl(int descriptor, int command, long argument);

  int memfd_create(@In byte[] name, int flags);

  @ssize_t
  long pread(int descriptor, @Out byte[] target, @size_t long sizeBytes, long offsetBytes);

  @ssize_t
  long write(int descriptor, @In byte[] source, @size_t long sizeBytes);

  int umount2(@In byte[] mountPoint, int flags);

  int geteuid();

  int __libc_current_sigrtmax();

  /** Addresses of a {@code struct sigaction}, 0 for none. */
  int sigaction(int signal, long action, long previousOut);

  long pthread_self();

  int pthread_kill(long thread, int signal);

  void free(long address);

  String strerror(int errno);
}
