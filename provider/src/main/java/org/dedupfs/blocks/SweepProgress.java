package org.dedupfs.blocks;

/** Told of a sweep's progress after each small step; may throw to stop it, which loses nothing. */
@FunctionalInterface
public interface SweepProgress {
  /** {@code id}: every block up to here was looked at. */
  void sweptUpTo(long id) throws InterruptedException;
}
