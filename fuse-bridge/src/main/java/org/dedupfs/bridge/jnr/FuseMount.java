package org.dedupfs.bridge.jnr;

import java.nio.file.Path;
import java.time.Duration;
import org.dedupfs.bridge.Operations;

/**
 * A mounted file system. Safe for any number of threads. Must never be used by a process that uses
 * files below its own mount point.
 */
public interface FuseMount extends AutoCloseable {

  /**
   * Mounts; when this returns, the mount point can be used.
   *
   * @throws MountException if that is not possible, with libfuse's reason
   */
  static FuseMount mount(Operations operations, Path mountPoint, FuseMountOptions options)
      throws MountException {
    return MountedFileSystem.mount(operations, mountPoint, options);
  }

  Path mountPoint();

  /** Waits until it was unmounted, from whichever side, and the last request has ended. */
  void awaitEnd() throws InterruptedException;

  /** As {@link #awaitEnd()}, for a time; false if it is still mounted then. */
  boolean awaitEnd(Duration patience) throws InterruptedException;

  /**
   * Unmounts, if it is not already.
   *
   * @param patience how long to try again while something in it is in use
   * @throws MountException busy after that; it then stays mounted
   */
  void unmount(Duration patience) throws MountException, InterruptedException;

  /** Takes it out of sight at once; what is open stays served until it is closed. */
  void detach() throws MountException, InterruptedException;

  /**
   * Unmounts, at worst by detaching it and cutting off who still uses it after some seconds, waits
   * for the last request, and frees what libfuse holds. Files that were removed while they were
   * open are then asked to be unlinked, on this thread. Operations must work until this returns.
   *
   * @throws MountException if a request does not end; the file system is out of sight, but not all
   *     is freed, and closing can be tried again
   */
  @Override
  void close() throws MountException;
}
