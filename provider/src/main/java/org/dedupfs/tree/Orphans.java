package org.dedupfs.tree;

import java.io.IOException;
import java.util.List;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.Orphan;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Xattr;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an inode that loses its last name: gone within that change when it is small and
 * not open; else an orphan, which lives until its last close and is then purged in steps, each a
 * change of bounded size.
 */
final class Orphans {
  /** Extent pages that one change cuts off; about 16,000 extents. */
  private static final int PAGES_PER_STEP = 16;

  private static final int ROWS_PER_READ = 64;

  private final TreeRows rows;
  private final OpenFiles openFiles;

  Orphans(TreeRows rows, OpenFiles openFiles) {
    this.rows = rows;
    this.openFiles = openFiles;
  }

  /**
   * Takes names away within one change. To be opened before the change, so that it is closed after
   * it: what is left to purge is purged then.
   */
  final class NameRemoval implements AutoCloseable {
    private @Nullable InodeNumber nameless;
    private boolean reserved;
    private boolean gone;

    /**
     * Takes one name from what is no directory. The last thing before the change is published,
     * because it may make the file's dirty bytes be forgotten.
     */
    void remove(Change change, Inode row, long nowNanos) throws IOException {
      if (row.nlink() > 1) {
        Inode.Builder left = rows.settled(row).toBuilder().nlink(row.nlink() - 1);
        change.put(left.changeNanos(nowNanos).build());
        return;
      }
      nameless = row.number();
      reserved = openFiles.tryBeginPurge(nameless);
      Inode.Builder orphan = rows.settled(row).toBuilder().nlink(0).changeNanos(nowNanos);
      gone = reserved && purgeStep(change, orphan.build());
      if (!gone) {
        change.put(new Orphan(nameless));
      }
      if (!reserved) {
        change.put(orphan.build());
      }
    }

    @Override
    public void close() throws IOException {
      InodeNumber inode = nameless;
      if (inode == null) {
        return;
      }
      if (!reserved) {
        // The last close may have come before the change was visible, and seen nothing to do.
        purgeIfUnused(inode);
        return;
      }
      try {
        if (!gone) {
          purgeAll(inode);
        }
      } finally {
        openFiles.endPurge(inode);
      }
    }
  }

  NameRemoval nameRemoval() {
    return new NameRemoval();
  }

  /** Purges an inode that has no name and is not open; else does nothing. */
  void purgeIfUnused(InodeNumber inode) throws IOException {
    if (rows.isReadOnly() || !isOrphan(rows.live().get(RowKey.inode(inode)))) {
      return;
    }
    if (openFiles.tryBeginPurge(inode)) {
      try {
        purgeAll(inode);
      } finally {
        openFiles.endPurge(inode);
      }
    }
  }

  /** Purges what an earlier opening of the store left; ends early when the tree is closed. */
  void purgeLeftovers() throws IOException {
    InodeNumber from = new InodeNumber(0);
    while (!rows.isClosed()) {
      List<Orphan> orphans =
          rows.live()
              .range(
                  RowKey.orphan(from),
                  RowKey.orphan(new InodeNumber(Long.MAX_VALUE)),
                  ROWS_PER_READ);
      if (orphans.isEmpty()) {
        return;
      }
      for (Orphan orphan : orphans) {
        if (rows.isClosed()) {
          return;
        }
        purgeIfUnused(orphan.inode());
        from = new InodeNumber(orphan.inode().value() + 1);
      }
    }
  }

  /** Removes an inode that is no regular file, or a regular one without extents. */
  static void deleteRows(Change change, Inode row) throws IOException {
    InodeNumber number = row.number();
    deleteXattrs(change, number);
    if (row.isSymlink()) {
      change.delete(RowKey.symlink(number));
    }
    change.delete(RowKey.inode(number));
    change.count(row.isDirectory() ? Counter.DIRECTORIES : Counter.FILES, -1);
  }

  private static boolean isOrphan(@Nullable Inode row) {
    return row != null && row.nlink() == 0 && !row.isDirectory();
  }

  /** The caller has reserved the inode. */
  private void purgeAll(InodeNumber inode) throws IOException {
    boolean gone = false;
    while (!gone && !rows.isClosed()) {
      try (Change change = rows.begin()) {
        Inode row = change.get(RowKey.inode(inode));
        gone = row == null || !isOrphan(row) || purgeStep(change, row);
        if (gone) {
          change.delete(RowKey.orphan(inode));
        }
        change.publish();
      }
    }
  }

  /**
   * Cuts off the last extents, or, when few are left, removes the inode.
   *
   * @return whether the inode has gone
   */
  private boolean purgeStep(Change change, Inode row) throws IOException {
    if (!row.isRegular()) {
      deleteRows(change, row);
      return true;
    }
    long end = row.sizeBytes();
    long newEnd;
    long grown;
    try {
      newEnd = startOfLastPages(change, row.number());
      grown = end == 0 ? 0 : ExtentMap.setEnd(change, row.number(), end, newEnd);
    } catch (MetadataDamagedException e) {
      // Whatever its pages are: nobody needs them any more. A sweep finds the blocks.
      change.deleteAllExtents(row.number());
      newEnd = 0;
      grown = -row.allocatedBytes();
    }
    change.count(Counter.LOGICAL_BYTES, grown);
    if (newEnd == 0) {
      deleteRows(change, row);
    } else {
      change.put(
          row.toBuilder().sizeBytes(newEnd).allocatedBytes(row.allocatedBytes() + grown).build());
    }
    rows.content().discard(row.number());
    return newEnd == 0;
  }

  private static long startOfLastPages(Change change, InodeNumber inode) throws IOException {
    long start = Long.MAX_VALUE;
    for (int i = 0; i < PAGES_PER_STEP && start > 0; i++) {
      ExtentPage page =
          change.floor(RowKey.extents(inode, start == Long.MAX_VALUE ? Long.MAX_VALUE : start - 1));
      if (page == null) {
        return 0;
      }
      start = page.offsetBytes();
    }
    return start;
  }

  private static void deleteXattrs(Change change, InodeNumber inode) throws IOException {
    List<Xattr> some;
    do {
      some = Xattrs.range(change, inode, ROWS_PER_READ);
      for (Xattr xattr : some) {
        change.delete(xattr.key());
      }
    } while (some.size() == ROWS_PER_READ);
  }
}
