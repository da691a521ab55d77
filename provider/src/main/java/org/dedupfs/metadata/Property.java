package org.dedupfs.metadata;

/** A named value of the whole store: identity, format, options fixed at creation, counters. */
public record Property(String name, String value) implements Row {
  /** The number of the next inode. */
  public static final String NEXT_INODE = "nextInode";

  /** The first block id that was never leased. */
  public static final String BLOCK_LEASE = "blockLease";

  /** What the block store must not have lost, as it says itself; missing in older stores. */
  public static final String BLOCKS_MARK = "blocksMark";

  /** Which block store it is that has these blocks; missing in older stores. */
  public static final String BLOCKS_IDENTITY = "blocksIdentity";

  /** How many commits there were, counted by the store itself; missing in older stores. */
  static final String COMMITS = "commits";

  @Override
  public RowKey<Property> key() {
    return RowKey.property(name);
  }

  @Override
  public int weightBytes() {
    return 96 + 2 * (name.length() + value.length());
  }
}
