package org.dedupfs.blocks;

/**
 * Something wrong with what finds the blocks.
 *
 * @param block its id, 0 when it is about no single one
 */
public record BlockFinding(Kind kind, long block, String text) {
  /** What is wrong. */
  public enum Kind {
    /** A file is missing, has another length, or what is not blocks in it fails its checksums. */
    FILE,
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
