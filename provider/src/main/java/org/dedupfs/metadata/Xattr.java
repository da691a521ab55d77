package org.dedupfs.metadata;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One extended attribute. Equal when the bytes of name and value are.
 *
 * @param name with its namespace, for example {@code user.comment}; not empty, not to be changed
 * @param value not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // equality is on content, see below
public record Xattr(InodeNumber inode, byte[] name, byte[] value) implements Row {
  @Override
  public RowKey<Xattr> key() {
    return RowKey.xattr(inode, name);
  }

  @Override
  public int weightBytes() {
    return 96 + name.length + value.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Xattr that
        && inode.equals(that.inode)
        && Arrays.equals(name, that.name)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * inode.hashCode() + Arrays.hashCode(name)) + Arrays.hashCode(value);
  }

  /** Without name and value: what users wrote stays out of logs. */
  @Override
  public String toString() {
    return "xattr of " + inode + ", " + name.length + "+" + value.length + " bytes";
  }
}
