package org.dedupfs.blocks;

import java.io.InterruptedIOException;

/**
 * Told of the progress of a sweep, check or repair of blocks after each small step; may throw to
 * stop it, which loses nothing.
 */
@FunctionalInterface
public interface SweepProgress {
  /** {@code id}: every block up to here was looked at. */
  void sweptUpTo(long id) throws InterruptedException;

  /** So many bytes of the files of blocks were read, or written anew, of those that have to be. */
  default void wentThrough(long bytes, long totalBytes) throws InterruptedException {}

  /**
   * As {@link #wentThrough}, for those who do input and output.
   *
   * @throws InterruptedIOException as {@link #tell}
   */
  default void tellBytes(long bytes, long totalBytes) throws InterruptedIOException {
    try {
      wentThrough(bytes, totalBytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped after " + bytes + " bytes of the files of blocks");
    }
  }

  /**
   * As {@link #sweptUpTo}, for those who do input and output.
   *
   * @throws InterruptedIOException if it is to stop; the thread is interrupted then
   */
  default void tell(long id) throws InterruptedIOException {
    try {
      sweptUpTo(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped after block " + id);
    }
  }
}
