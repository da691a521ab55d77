package org.dedupfs.content;

import java.io.IOException;
import java.util.List;
import org.dedupfs.metadata.Extent;

/**
 * What a file consists of while one sealed layer is being cut: the sealed bytes over what lies
 * below them, which only the cutting thread changes.
 */
interface SealedView {
  DirtyLayer sealed();

  /** Where the file ended when the layer was sealed. */
  long sizeBytes();

  /** Where the layers below end, as far as they show through. */
  long lowerEndBytes();

  /**
   * The extents below the sealed layer from {@code from} to {@code to}, clipped to that.
   *
   * @throws DiscardedContentException if the file has been purged meanwhile
   */
  List<Extent> lower(long from, long to) throws IOException;

  /** The bytes of an extent that {@link #lower} returned, from {@code from} on. */
  void readLower(Extent extent, byte[] target, int at) throws IOException;
}
