package org.dedupfs.metadata;

/** One row of metadata, immutable. Its {@link #key()} says which table and where. */
public sealed interface Row
    permits Inode, Dentry, Symlink, Xattr, ExtentPage, Orphan, JournalEntry, Property {

  RowKey<?> key();

  /** About how much heap the row holds, in bytes; caches are bounded by it. */
  int weightBytes();
}
