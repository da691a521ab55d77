package org.dedupfs.maintenance;

import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.Row;
import org.jspecify.annotations.Nullable;

/**
 * Something wrong, before names are given to it.
 *
 * @param inode 0 if about none
 * @param range where in the file; null if not about bytes
 * @param block 0 if about none
 * @param entry the name it is about; null if about none
 * @param right the row that would put it in order; null if it takes more, or cannot be
 */
record Finding(
    Kind kind,
    InodeNumber inode,
    @Nullable Range range,
    long block,
    @Nullable Dentry entry,
    @Nullable Row right,
    String text) {
  static final InodeNumber NONE = new InodeNumber(0);

  /** Bytes of a file. */
  record Range(long offsetBytes, long lengthBytes) {
    static Range of(Extent extent) {
      return new Range(extent.offsetBytes(), extent.lengthBytes());
    }

    static Range between(long fromBytes, long toBytes) {
      return new Range(fromBytes, toBytes - fromBytes);
    }
  }

  /** About the store as a whole. */
  static Finding of(Kind kind, String text) {
    return new Finding(kind, NONE, null, 0, null, null, text);
  }

  static Finding ofBlock(Kind kind, long block, String text) {
    return new Finding(kind, NONE, null, block, null, null, text);
  }

  static Finding ofInode(Kind kind, InodeNumber inode, String text) {
    return new Finding(kind, inode, null, 0, null, null, text);
  }

  static Finding ofEntry(Kind kind, Dentry entry, String text) {
    return new Finding(kind, entry.inode(), null, 0, entry, null, text);
  }

  static Finding ofRange(Kind kind, InodeNumber inode, Range range, long block, String text) {
    return new Finding(kind, inode, range, block, null, null, text);
  }

  /** The same, with the row that would be right. */
  Finding withRight(Row row) {
    return new Finding(kind, inode, range, block, entry, row, text);
  }
}
