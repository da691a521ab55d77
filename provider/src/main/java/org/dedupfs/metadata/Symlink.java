package org.dedupfs.metadata;

/**
 * Where a symbolic link points.
 *
 * @param target not to be changed
 */
public record Symlink(InodeNumber inode, byte[] target) implements Row {
  @Override
  public RowKey<Symlink> key() {
    return RowKey.symlink(inode);
  }

  @Override
  public int weightBytes() {
    return 64 + target.length;
  }
}
