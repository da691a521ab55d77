package org.dedupfs.blocks;

import java.io.InterruptedIOException;

/** Told of a sweep's progress after each small step; may throw to stop it, which loses nothing. */
@FunctionalInterface
public interface SweepProgress {
  /** {@code id}: every block up to here was looked at. */
  void sweptUpTo(long id) throws InterruptedException;

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
