package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks over the consecutive extent pages of an inode and insists that they join. */
final class PageWalk {
  private static final int MOST_AT_ONCE = 16;

  private final RowReader rows;
  private final InodeNumber inode;
  private final long toBytes;
  private List<ExtentPage> fetched = List.of();
  private int position;
  private int portion = 1;
  private long lastOffset;

  /**
   * Starts with the first page behind {@code afterOffset}, which may be -1, and ends before the
   * first one at {@code toBytes} or behind.
   */
  PageWalk(RowReader rows, InodeNumber inode, long afterOffset, long toBytes) {
    this.rows = rows;
    this.inode = inode;
    this.lastOffset = afterOffset;
    this.toBytes = toBytes;
  }

  /**
   * The next page; null when there is none.
   *
   * @throws MetadataDamagedException if it does not start at {@code jointBytes}
   */
  @Nullable ExtentPage next(long jointBytes) throws IOException {
    if (position == fetched.size()) {
      if (lastOffset >= toBytes - 1) {
        return null;
      }
      RowKey<ExtentPage> from = RowKey.extents(inode, lastOffset + 1);
      fetched = rows.range(from, RowKey.extents(inode, toBytes), portion);
      portion = Math.min(MOST_AT_ONCE, portion * 2);
      position = 0;
      if (fetched.isEmpty()) {
        return null;
      }
    }
    ExtentPage page = fetched.get(position++);
    lastOffset = page.offsetBytes();
    if (lastOffset != jointBytes) {
      throw damaged(inode, jointBytes, "the next page starts at " + lastOffset);
    }
    return page;
  }

  static MetadataDamagedException damaged(InodeNumber inode, long endBytes, String found) {
    return new MetadataDamagedException(
        "the extents of " + inode + " do not join at " + endBytes + ": " + found);
  }
}
