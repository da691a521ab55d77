package org.dedupfs.metadata;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The extents of an inode, over the pages they are packed in. Sizes in the inode row are the
 * caller's; so is the lock that keeps the extents of one inode from being changed while they are
 * read in several calls.
 */
public final class ExtentMap {
  /** How often a read starts again that a concurrent change may have disturbed. */
  private static final int TRIES = 3;

  private ExtentMap() {}

  /**
   * The extents that overlap {@code fromBytes} to {@code toBytes}, whole (not clipped), ascending.
   * {@code toBytes} may lie beyond the end.
   *
   * @param limit at most so many extents, at least 1
   * @throws MetadataDamagedException if there is a gap
   */
  public static List<Extent> read(
      RowReader rows, InodeNumber inode, long fromBytes, long toBytes, int limit)
      throws IOException {
    if (fromBytes < 0 || limit < 1) {
      throw new IllegalArgumentException("from " + fromBytes + ", limit " + limit);
    }
    for (int i = 1; ; i++) {
      try {
        return readOnce(rows, inode, fromBytes, toBytes, limit);
      } catch (MetadataDamagedException e) {
        if (i == TRIES) {
          throw e;
        }
      }
    }
  }

  private static List<Extent> readOnce(
      RowReader rows, InodeNumber inode, long fromBytes, long toBytes, int limit)
      throws IOException {
    List<Extent> extents = new ArrayList<>();
    if (fromBytes >= toBytes) {
      return extents;
    }
    ExtentPage page = rows.floor(RowKey.extents(inode, fromBytes));
    if (page != null) {
      addOverlapping(extents, page, fromBytes, toBytes, limit);
    }
    long joint = page == null ? 0 : page.endBytes();
    long last = page == null ? -1 : page.offsetBytes();
    // Not only up to toBytes: a page behind it tells a gap from the end.
    PageWalk walk = new PageWalk(rows, inode, last, Long.MAX_VALUE);
    while (extents.size() < limit && joint < toBytes) {
      page = walk.next(joint);
      if (page == null) {
        break;
      }
      addOverlapping(extents, page, fromBytes, toBytes, limit);
      joint = page.endBytes();
    }
    return extents;
  }

  private static void addOverlapping(
      List<Extent> extents, ExtentPage page, long fromBytes, long toBytes, int limit) {
    if (fromBytes >= page.endBytes()) {
      return;
    }
    int first = page.indexAt(Math.max(fromBytes, page.offsetBytes()));
    for (int i = first; i < page.count() && page.offsetAt(i) < toBytes; i++) {
      if (extents.size() == limit) {
        return;
      }
      extents.add(page.extent(i));
    }
  }

  /**
   * Replaces what lies from {@code fromBytes} on by {@code extents}, which join without a gap and
   * start there; extents that they overlap in part are cut. They may go beyond the end: the file
   * grows; they may not start beyond it.
   *
   * @param endBytes where the inode's extents end now
   * @return by how many bytes the data that is no hole grew (negative: shrank)
   * @throws MetadataDamagedException if there is a gap; the change has to be undone then
   */
  public static long replace(
      Change change, InodeNumber inode, long endBytes, long fromBytes, List<Extent> extents)
      throws IOException {
    if (extents.isEmpty()) {
      return 0;
    }
    if (extents.get(0).offsetBytes() != fromBytes || fromBytes > endBytes) {
      throw new IllegalArgumentException(
          extents.get(0) + " does not start at " + fromBytes + ", or beyond the end " + endBytes);
    }
    ExtentRun added = new ExtentRun(extents.size());
    long dataBytes = 0;
    for (Extent extent : extents) {
      added.add(extent);
      dataBytes += extent.isHole() ? 0 : extent.lengthBytes();
    }
    PageSplice splice = new PageSplice(change, inode, endBytes);
    return dataBytes - splice.replace(fromBytes, added.endBytes(), added);
  }

  /**
   * Cuts the extents at {@code newEndBytes}, or extends them by a hole up to there.
   *
   * @return by how many bytes the data that is no hole grew (negative: shrank)
   */
  public static long setEnd(Change change, InodeNumber inode, long endBytes, long newEndBytes)
      throws IOException {
    if (newEndBytes < 0) {
      throw new IllegalArgumentException("a file cannot end at " + newEndBytes);
    }
    if (newEndBytes > endBytes) {
      Extent hole = Extent.hole(endBytes, newEndBytes - endBytes);
      return replace(change, inode, endBytes, endBytes, List.of(hole));
    }
    if (newEndBytes == endBytes) {
      return 0;
    }
    PageSplice splice = new PageSplice(change, inode, endBytes);
    return -splice.replace(newEndBytes, endBytes, new ExtentRun(0));
  }

  /**
   * Gives {@code target}, which has none, all extents of {@code source}; touches pages only.
   *
   * @param endBytes where the extents of {@code source} end
   */
  public static void copy(Change change, InodeNumber source, long endBytes, InodeNumber target)
      throws IOException {
    if (endBytes == 0) {
      return;
    }
    // The first page may be cached, and is all that most files have.
    ExtentPage page = change.floor(RowKey.extents(source, 0));
    PageWalk walk = new PageWalk(change, source, page == null ? -1 : 0, Long.MAX_VALUE);
    if (page == null) {
      page = walk.next(0);
    }
    while (page != null) {
      change.put(page.of(target));
      page = page.endBytes() < endBytes ? walk.next(page.endBytes()) : null;
    }
  }

  /**
   * Deletes up to {@code maxPages} pages from the end of the inode's extents. Does not mind gaps,
   * so that damaged files can be deleted, too.
   *
   * @return where the extents end now; 0 when all are gone
   */
  public static long deleteLastPages(Change change, InodeNumber inode, int maxPages)
      throws IOException {
    ExtentPage last = change.floor(RowKey.extents(inode, Long.MAX_VALUE));
    for (int i = 0; i < maxPages && last != null; i++) {
      change.delete(last.key());
      last =
          last.offsetBytes() == 0
              ? null
              : change.floor(RowKey.extents(inode, last.offsetBytes() - 1));
    }
    return last == null ? 0 : last.endBytes();
  }
}
