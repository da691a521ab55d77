package org.dedupfs.content;

import org.dedupfs.metadata.Inode;
import org.jspecify.annotations.Nullable;

/** Times of writes that the inode's row does not have yet. */
record PendingTimes(long modifyNanos) {

  /** The row with these times, or as it is when there are none. */
  static Inode applied(Inode row, @Nullable PendingTimes pending) {
    if (pending == null) {
      return row;
    }
    return row.toBuilder()
        .modifyNanos(pending.modifyNanos)
        .changeNanos(Math.max(row.changeNanos(), pending.modifyNanos))
        .build();
  }
}
