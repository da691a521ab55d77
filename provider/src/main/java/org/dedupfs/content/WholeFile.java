package org.dedupfs.content;

import java.util.List;
import org.dedupfs.metadata.Extent;

/**
 * All that a small file without dirty bytes consists of, so that reading it again needs no lock and
 * no look at its layers and pages: among many open files each of these is a place in memory that no
 * cache of the CPU holds any more.
 *
 * @param sizeBytes at least 1
 * @param extents those from 0 to the size, without a gap
 */
record WholeFile(long sizeBytes, List<Extent> extents) {
  /** Of a file that is to be kept: they take some 50 bytes each for as long as it is open. */
  static final int MOST_EXTENTS = 8;

  WholeFile {
    extents = List.copyOf(extents);
  }

  /** Tells what a range within the size consists of, as {@link Layers#resolve} does. */
  void resolve(long from, long to, LayerSink sink) {
    for (Extent extent : extents) {
      long start = Math.max(from, extent.offsetBytes());
      long end = Math.min(to, extent.endBytes());
      if (start < end && !sink.extent(extent.slice(start, end))) {
        return;
      }
    }
  }
}
