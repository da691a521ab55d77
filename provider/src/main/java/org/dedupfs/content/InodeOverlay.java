package org.dedupfs.content;

import java.io.IOException;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * Inodes as callers should see them: their rows, with the size and times of writes that are not in
 * the rows yet. Safe for any number of threads.
 */
final class InodeOverlay {
  private final LiveMetadata live;
  private final ContentTable contents;

  InodeOverlay(LiveMetadata live, ContentTable contents) {
    this.live = live;
    this.contents = contents;
  }

  /** See {@link ContentStore#stat}. */
  @SuppressWarnings("ReferenceEquality") // each write makes new pending times
  @Nullable Inode stat(InodeNumber inode) throws IOException {
    while (true) {
      FileContent content = contents.find(inode);
      PendingTimes before = content == null ? null : content.commit().pendingTimes();
      Inode row = live.get(RowKey.inode(inode));
      if (row == null || content == null) {
        return row;
      }
      Inode seen = over(row, content, before);
      if (content.commit().pendingTimes() == before && contents.find(inode) == content) {
        return seen;
      }
    }
  }

  /** See {@link ContentStore#overlay}. */
  Inode over(Inode row) {
    FileContent content = row.isRegular() ? contents.find(row.number()) : null;
    return content == null ? row : over(row, content, content.commit().pendingTimes());
  }

  private static Inode over(Inode row, FileContent content, @Nullable PendingTimes pending) {
    long size = content.sizeBytes();
    long allocated = Math.min(size, allocatedBytes(row, content));
    if (pending == null && size == row.sizeBytes() && allocated == row.allocatedBytes()) {
      return row;
    }
    return PendingTimes.applied(row, pending).toBuilder()
        .sizeBytes(size)
        .allocatedBytes(allocated)
        .build();
  }

  private static long allocatedBytes(Inode row, FileContent content) {
    try {
      return content.allocatedBytesOrEstimate(row);
    } catch (IOException e) {
      // damaged extents keep no file from being looked at; who reads the bytes is told
      return row.allocatedBytes() + Math.max(0, content.sizeBytes() - row.sizeBytes());
    }
  }

  /** See {@link ContentStore#settleTimes}. */
  Inode settleTimes(Inode row) {
    FileContent content = row.isRegular() ? contents.find(row.number()) : null;
    if (content == null) {
      return row;
    }
    PendingTimes pending = content.commit().pendingTimes();
    content.commit().forgetTimes(pending);
    return PendingTimes.applied(row, pending);
  }
}
