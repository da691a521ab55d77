package org.dedupfs.content;

import org.dedupfs.metadata.Extent;

/** Told what a range of a file consists of, ascending and without gaps; false ends the telling. */
interface LayerSink {
  /** Bytes {@code from} to {@code to} are dirty in memory. */
  boolean dirty(DirtyLayer.Piece piece, long from, long to);

  /** An extent, clipped to what was asked: a block's part, a hole, or damage. */
  boolean extent(Extent extent);
}
