package org.dedupfs.bridge.jnr;

/**
 * What is used of libfuse 2.9; public only because jnr-ffi implements it elsewhere. Addresses are
 * longs. Not {@code fuse_new}, whose name leads to a version of long ago.
 */
public interface LibFuse {
  /** Mounts. Returns a {@code struct fuse}, or 0 after it told why on standard error. */
  long fuse_setup(
      int argc,
      long argv,
      long operations,
      long operationsSizeBytes,
      long mountPointOut,
      long multithreadedOut,
      long userData);

  /** Frees all; with 0 as mount point it unmounts nothing. */
  void fuse_teardown(long fuse, long mountPoint);

  long fuse_get_session(long fuse);

  long fuse_session_next_chan(long session, long previousChannel);

  long fuse_chan_bufsize(long channel);

  int fuse_chan_fd(long channel);

  /** A channel over a descriptor that it closes in the end; 0 without memory. */
  long fuse_kern_chan_new(int descriptor);

  void fuse_chan_destroy(long channel);

  int fuse_session_receive_buf(long session, long buffer, long channelInOut);

  void fuse_session_process_buf(long session, long buffer, long channel);

  int fuse_session_exited(long session);

  int fuse_lowlevel_notify_inval_inode(
      long channel, long nodeId, long offsetBytes, long lengthBytes);
}
