package org.dedupfs.metadata;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a symbolic link points. Equal when the target's bytes are.
 *
 * @param target not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // equality is on content, see below
public record Symlink(InodeNumber inode, byte[] target) implements Row {
  @Override
  public RowKey<Symlink> key() {
    return RowKey.symlink(inode);
  }

  @Override
  public int weightBytes() {
    return 64 + target.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Symlink that
        && inode.equals(that.inode)
        && Arrays.equals(target, that.target);
  }

  @Override
  public int hashCode() {
    return 31 * inode.hashCode() + Arrays.hashCode(target);
  }

  /** Without the target: names of users' files stay out of logs. */
  @Override
  public String toString() {
    return "symlink of " + inode + ", " + target.length + " bytes";
  }
}
