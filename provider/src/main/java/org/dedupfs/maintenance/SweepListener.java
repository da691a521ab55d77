package org.dedupfs.maintenance;

/** Told how far a sweep is, after each small step; may slow it down, or throw to stop it. */
@FunctionalInterface
public interface SweepListener {
  /** Hears nothing. */
  SweepListener NONE = (phase, done, total) -> {};

  /** What a sweep is doing. */
  enum Phase {
    /** Committing what was written before; {@code done} is 0. */
    COMMIT,
    /** Finding the blocks that are in use; {@code done} counts extents. */
    MARK,
    /** Deleting the others; {@code done} is the highest block id looked at. */
    SWEEP,
    /** Giving their space back; {@code done} counts bytes of files. */
    RECLAIM
  }

  /**
   * It has come so far.
   *
   * @param total what {@code done} will come to; 0 when unknown
   */
  void on(Phase phase, long done, long total) throws InterruptedException;
}
