package org.dedupfs.metadata;

/** Totals kept in the same transactions as what they count. */
public enum Counter {
  /** Inodes that are not directories and have a name or are open. */
  FILES,
  /** Directories, the root included. */
  DIRECTORIES,
  /** Sizes of regular files less their holes, each inode once. */
  LOGICAL_BYTES;

  /** Where the total is kept. */
  public RowKey<Property> key() {
    return RowKey.property(Totals.propertyName(this));
  }
}
