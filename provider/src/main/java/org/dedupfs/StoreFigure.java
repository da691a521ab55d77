package org.dedupfs;

import java.util.Locale;

/**
 * What is counted and measured while a store is open; {@link StoreActivity} has the values.
 * Counters begin at 0 with each opening.
 */
public enum StoreFigure {
  BYTES_READ(Unit.BYTES, "read from files, holes included"),
  READS(Unit.NONE, "reads of files"),
  BYTES_WRITTEN(Unit.BYTES, "written to files"),
  WRITES(Unit.NONE, "writes to files"),
  BLOCKS_PUT(Unit.NONE, "new blocks stored"),
  BLOCK_BYTES_PUT(Unit.BYTES, "of the new blocks as stored, compressed and with headers"),
  BLOCKS_FOUND(Unit.NONE, "blocks not stored because they were there"),
  BLOCK_CACHE_HITS(Unit.NONE, "blocks that readers found decompressed in memory"),
  BLOCK_CACHE_MISSES(Unit.NONE, "blocks that readers had to wait for"),
  BLOCKS_READ_AHEAD(Unit.NONE, "blocks read ahead of what a reader asked for"),
  EXTENT_CACHE_HITS(Unit.NONE, "pages of committed extents found in memory"),
  EXTENT_CACHE_MISSES(Unit.NONE, "pages of committed extents read from the disk"),
  ROW_CACHE_HITS(Unit.NONE, "committed names and attributes found in memory"),
  ROW_CACHE_MISSES(Unit.NONE, "committed names and attributes looked for on the disk"),
  FLUSHES(Unit.NONE, "times that blocks were made durable"),
  FLUSH_NANOS(Unit.NANOSECONDS, "spent in flushes"),
  FLUSHED_BYTES(Unit.BYTES, "of blocks made durable by flushes"),
  COMMITS(Unit.NONE, "commits of metadata"),
  COMMIT_NANOS(Unit.NANOSECONDS, "spent in commits, from cutting what was written to the end"),
  SWEEPS(Unit.NONE, "sweeps that came to their end, dry runs left out"),
  SWEEP_NANOS(Unit.NANOSECONDS, "spent in these sweeps"),
  SWEPT_BLOCKS(Unit.NONE, "blocks deleted by sweeps"),
  SWEPT_BYTES(Unit.BYTES, "of the deleted blocks as they were stored"),

  LONGEST_FLUSH_NANOS(Unit.NANOSECONDS, "of the longest flush so far", false),
  LONGEST_COMMIT_NANOS(Unit.NANOSECONDS, "of the longest commit so far", false),
  DIRTY_BYTES(Unit.BYTES, "of memory with what is written and not cut into blocks yet", false),
  UNCOMMITTED_BYTES(Unit.BYTES, "of memory with metadata that waits for a commit", false),
  UNFLUSHED_BYTES(Unit.BYTES, "of blocks that no flush has made durable yet", false),
  OPEN_FILES(Unit.NONE, "open handles of files with bytes", false),
  DAMAGED_BLOCKS(Unit.NONE, "blocks known to be damaged; anything but 0 needs attention", false);

  /** What a value counts. */
  public enum Unit {
    /** Just a number. */
    NONE,
    /** Bytes. */
    BYTES,
    /** Nanoseconds. */
    NANOSECONDS
  }

  private final Unit unit;
  private final String description;
  private final boolean counter;

  StoreFigure(Unit unit, String description) {
    this(unit, description, true);
  }

  StoreFigure(Unit unit, String description, boolean counter) {
    this.unit = unit;
    this.description = description;
    this.counter = counter;
  }

  public Unit unit() {
    return unit;
  }

  /**
   * Whether it only ever grows, from 0 at the opening; else it is a state that goes up and down.
   */
  public boolean isCounter() {
    return counter;
  }

  /** In a few words, after the unit: "(bytes) read from files, holes included". */
  public String description() {
    return description;
  }

  /** The name in JSON: {@code bytesRead}. */
  public String key() {
    StringBuilder key = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_", -1)) {
      key.append(key.isEmpty() ? word : capitalised(word));
    }
    return key.toString();
  }

  private static String capitalised(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
