package org.dedupfs.content;

import java.io.IOException;
import java.util.List;
import org.dedupfs.metadata.Extent;
import org.jspecify.annotations.Nullable;

/**
 * Gives a file a range of another by reference: both name the same parts of blocks then, whatever
 * their bounds. Each step reads the source's extents and puts them in the target's delta, like the
 * result of a write that has been cut already; so it comes into the metadata by the same protocol,
 * in the order of the target's writes.
 *
 * <p>A step is short and holds the mark gate, so that a mark begins before or after it. Blocks are
 * marked while the source cannot change: until then its metadata names them, which the mark finds.
 */
final class RangeClone {
  private static final int EXTENTS_PER_STEP = 4096;

  /** A delta with more extents is moved into the metadata, which writes them out page by page. */
  private static final int MAX_DELTA_EXTENTS = 4 * EXTENTS_PER_STEP;

  /** The same for the deltas of all files together, which nothing else bounds. */
  private static final int MAX_EXTENTS_OF_ALL = 1 << 16;

  /** How often what others write meanwhile is cut before this gives up. */
  private static final int TRIES = 16;

  private final ContentStore store;
  private final FileContent source;
  private final FileContent target;

  RangeClone(ContentStore store, FileContent source, FileContent target) {
    this.store = store;
    this.source = source;
    this.target = target;
  }

  /**
   * Clones up to {@code lengthBytes} bytes.
   *
   * @return how many; fewer at the end of the source, or because somebody writes all the time
   */
  long run(long sourceOffsetBytes, long offsetBytes, long lengthBytes) throws IOException {
    long done = 0;
    int tries = 0;
    while (done < lengthBytes && tries < TRIES) {
      source.drain(true);
      target.drain(true);
      long step = step(sourceOffsetBytes + done, offsetBytes + done, lengthBytes - done);
      if (step < 0) {
        return done;
      }
      done += step;
      tries = step == 0 ? tries + 1 : 0;
      if (target.commit().deltaExtents() > MAX_DELTA_EXTENTS
          || store.clones().waitingExtents() > MAX_EXTENTS_OF_ALL) {
        store.moveNow(target);
      }
    }
    return done;
  }

  /** Returns how many bytes were cloned; 0 when something has to be cut first; -1 at the end. */
  private long step(long from, long to, long length) throws IOException {
    store.markGate().passage().lock();
    try {
      long end = Math.min(from + length, source.sizeBytes());
      if (from >= end) {
        return -1;
      }
      @Nullable List<Extent> extents = source.stored(from, end, EXTENTS_PER_STEP);
      if (extents == null || extents.isEmpty()) {
        return 0;
      }
      List<Extent> moved = extents.stream().map(e -> e.at(e.offsetBytes() - from + to)).toList();
      return target.place(moved) ? moved.get(moved.size() - 1).endBytes() - to : 0;
    } finally {
      store.markGate().passage().unlock();
    }
  }
}
