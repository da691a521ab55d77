package org.dedupfs;

/**
 * Told what a check, a scrub or a repair finds, and how far they or a sweep are; by one thread at a
 * time.
 */
@FunctionalInterface
public interface MaintenanceListener {

  /** Something is wrong. */
  void found(StoreFinding finding);

  /** What is being done. */
  enum Phase {
    /** Looking at files and their structure; {@code done} counts nothing. */
    FILES,
    /** Looking at what finds the blocks; {@code done} counts blocks. */
    INDEX,
    /** Looking at attributes and extents; {@code done} counts files and directories. */
    METADATA,
    /** Looking at names; {@code done} counts them. */
    NAMES,
    /** Reading blocks; {@code done} counts bytes as they are stored. */
    BLOCKS,
    /** Putting in order what was found; {@code done} counts findings. */
    REPAIR,
    /** Finding the blocks that are in use; {@code done} counts references to them. */
    IN_USE,
    /** Deleting the others; {@code done} counts blocks that were ever stored. */
    UNUSED,
    /** Giving the space of those back; {@code done} counts bytes of files of the store. */
    SPACE
  }

  /**
   * It has come so far; called after each small step. May wait, to slow it down.
   *
   * @param done in the unit of the phase
   * @param total what {@code done} will come to, about; 0 when unknown
   * @throws InterruptedException to stop it
   */
  default void progress(Phase phase, long done, long total) throws InterruptedException {}

  /**
   * A repair has put something in order.
   *
   * @param text what was done, one line
   */
  default void repaired(StoreFinding finding, String text) {}
}
