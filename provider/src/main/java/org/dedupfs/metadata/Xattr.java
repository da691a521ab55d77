package org.dedupfs.metadata;

/**
 * One extended attribute.
 *
 * @param name with its namespace, for example {@code user.comment}; not to be changed
 * @param value not to be changed
 */
public record Xattr(InodeNumber inode, byte[] name, byte[] value) implements Row {
  @Override
  public RowKey<Xattr> key() {
    return RowKey.xattr(inode, name);
  }

  @Override
  public int weightBytes() {
    return 96 + name.length + value.length;
  }
}
