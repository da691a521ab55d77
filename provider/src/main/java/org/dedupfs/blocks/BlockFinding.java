package org.dedupfs.blocks;

/**
 * Something wrong with what finds the blocks.
 *
 * @param block its id, 0 when it is about no single one
 */
public record BlockFinding(Kind kind, long block, String text) {
  /** What is wrong. */
  public enum Kind {
    /** A file of blocks or settings is missing, has another length, or fails its checksums. */
    FILE,
    /** A file of what finds blocks is. */
    INDEX_FILE,
    /** Index or fingerprints cannot be read to the end. */
    UNREADABLE,
    /** Look-ups do not find a block that is stored: its data would be stored again. */
    NOT_INDEXED,
    /** The index names a block that is not there, or another one. */
    STALE_INDEX,
    /** The counters do not count what is there. */
    COUNTERS
  }
}
