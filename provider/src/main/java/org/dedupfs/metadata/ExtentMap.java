package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;

/**
 * The extents of an inode, over the pages they are packed in. Sizes in the inode row are the
 * caller's.
 */
public final class ExtentMap {
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
    throw new UnsupportedOperationException();
  }

  /**
   * Replaces what lies from {@code fromBytes} on by {@code extents}, which join without a gap and
   * start there; extents that they overlap in part are cut. They may go beyond the end: the file
   * grows; they may not start beyond it.
   *
   * @param endBytes where the inode's extents end now
   * @return by how many bytes the data that is no hole grew (negative: shrank)
   */
  public static long replace(
      Change change, InodeNumber inode, long endBytes, long fromBytes, List<Extent> extents)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Cuts the extents at {@code newEndBytes}, or extends them by a hole up to there.
   *
   * @return by how many bytes the data that is no hole grew (negative: shrank)
   */
  public static long setEnd(Change change, InodeNumber inode, long endBytes, long newEndBytes)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Gives {@code target}, which has none, all extents of {@code source}; touches pages only. */
  public static void copy(Change change, InodeNumber source, InodeNumber target)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes up to {@code maxPages} pages from the end of the inode's extents.
   *
   * @return where the extents end now; 0 when all are gone
   */
  public static long deleteLastPages(Change change, InodeNumber inode, int maxPages)
      throws IOException {
    throw new UnsupportedOperationException();
  }
}
