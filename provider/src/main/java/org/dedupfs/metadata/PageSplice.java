package org.dedupfs.metadata;

import java.io.IOException;

/** One replacement of a range of an inode's extents: rewrites the pages it touches, no others. */
final class PageSplice {
  /** A page with more extents is split into pages of about {@link #USUAL_EXTENTS}. */
  static final int SPLIT_ABOVE = 2048;

  static final int USUAL_EXTENTS = 1024;

  /** A page with fewer extents is merged with a neighbour if both then fit one usual page. */
  static final int MERGE_BELOW = 256;

  private final Change change;
  private final InodeNumber inode;
  private final long endBytes;
  private ExtentRun run = new ExtentRun(0);
  private long removedDataBytes;

  PageSplice(Change change, InodeNumber inode, long endBytes) {
    this.change = change;
    this.inode = inode;
    this.endBytes = endBytes;
  }

  /**
   * Puts {@code added} in place of {@code fromBytes} (at most the end) to {@code toBytes}.
   *
   * @return how many bytes of data that is no hole were there
   */
  long replace(long fromBytes, long toBytes, ExtentRun added) throws IOException {
    if (endBytes == 0) {
      run = added;
    } else {
      replaceWithin(fromBytes, toBytes, added);
    }
    if (run.count() > 0) {
      putPages(mergedWithNeighbour());
    }
    return removedDataBytes;
  }

  private void replaceWithin(long fromBytes, long toBytes, ExtentRun added) throws IOException {
    long inside = Math.min(fromBytes, endBytes - 1);
    ExtentPage page = change.floor(RowKey.extents(inode, inside));
    if (page == null || page.endBytes() <= inside) {
      throw PageWalk.damaged(inode, inside, "no page covers it");
    }
    run = new ExtentRun(page.count() + added.count() + 1);
    run.addPart(page, page.offsetBytes(), fromBytes);
    long until = Math.min(toBytes, endBytes);
    PageWalk walk = new PageWalk(change, inode, page.offsetBytes(), until);
    remove(page, fromBytes, toBytes);
    while (page.endBytes() < until) {
      long joint = page.endBytes();
      page = walk.next(joint);
      if (page == null) {
        throw PageWalk.damaged(inode, joint, "no page starts there");
      }
      remove(page, fromBytes, toBytes);
    }
    if (page.endBytes() > endBytes || (toBytes >= endBytes && page.endBytes() != endBytes)) {
      throw PageWalk.damaged(inode, endBytes, "the last page ends at " + page.endBytes());
    }
    run.addAll(added);
    run.addPart(page, toBytes, page.endBytes());
  }

  private void remove(ExtentPage page, long fromBytes, long toBytes) {
    change.delete(page.key());
    removedDataBytes += page.dataBytes(fromBytes, toBytes);
  }

  private ExtentRun mergedWithNeighbour() throws IOException {
    if (run.count() >= MERGE_BELOW) {
      return run;
    }
    long start = run.offsetAt(0);
    ExtentPage before = start == 0 ? null : change.floor(RowKey.extents(inode, start - 1));
    if (before != null && before.endBytes() == start && fits(before)) {
      ExtentRun merged = new ExtentRun(before.count() + run.count());
      change.delete(before.key());
      merged.addPart(before, before.offsetBytes(), start);
      merged.addAll(run);
      return merged;
    }
    if (run.endBytes() < endBytes) {
      ExtentPage after = change.get(RowKey.extents(inode, run.endBytes()));
      if (after != null && fits(after)) {
        change.delete(after.key());
        run.addPart(after, after.offsetBytes(), after.endBytes());
      }
    }
    return run;
  }

  private boolean fits(ExtentPage neighbour) {
    return run.count() + neighbour.count() <= USUAL_EXTENTS;
  }

  private void putPages(ExtentRun extents) {
    int count = extents.count();
    int pages = count <= SPLIT_ABOVE ? 1 : (count + USUAL_EXTENTS - 1) / USUAL_EXTENTS;
    for (int i = 0; i < pages; i++) {
      int from = (int) ((long) count * i / pages);
      int to = (int) ((long) count * (i + 1) / pages);
      change.put(ExtentPage.of(inode, extents, from, to));
    }
  }
}
