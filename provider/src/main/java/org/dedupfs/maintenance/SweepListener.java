package org.dedupfs.maintenance;

/** Told how far a sweep is, after each small step; may slow it down, or throw to stop it. */
@FunctionalInterface
public interface SweepListener {
  /** Hears nothing. */
  SweepListener NONE = (phase, done) -> {};

  /** What a sweep is doing. */
  enum Phase {
    /** Committing what was written before; {@code done} is 0. */
    COMMIT,
    /** Finding the blocks that are in use; {@code done} counts extents. */
    MARK,
    /** Deleting the others; {@code done} is the highest block id looked at. */
    SWEEP
  }

  void on(Phase phase, long done) throws InterruptedException;
}
