package org.dedupfs.metadata;

/** An inode without a name that waits for its last close, or for the purge after the next open. */
public record Orphan(InodeNumber inode) implements Row {
  @Override
  public RowKey<Orphan> key() {
    return RowKey.orphan(inode);
  }

  @Override
  public int weightBytes() {
    return 48;
  }
}
