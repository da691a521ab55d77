package org.dedupfs.content;

import java.io.IOException;
import java.util.List;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Extent;

/**
 * Decides which small writes become blocks of their own, laid over a part of a stored one, so that
 * a page written amid a large chunk costs no reading, hashing and storing of all of it. When many
 * have gathered in one place, the next one has its chunks made anew. For one thread.
 *
 * <p>So few small blocks lie within the length of a chunk, and what is stored in the course of many
 * small writes is a few times what was written.
 */
final class Patches {
  private static final int LEAST_OF_MOST = 16;

  /** At the end of a file large chunks have more: one for so many bytes. */
  private static final int APPENDED_PER_BYTES_SHIFT = 13;

  /**
   * Amid stored data making chunks anew is dear, for they have to be read: all pages of a place.
   */
  private static final int INNER_PER_BYTES_SHIFT = 12;

  /** Parts of a chunk: longer writes amid stored data, or at the end of a file, are cut in. */
  private static final int INNER_SHIFT = 3;

  private static final int APPENDED_SHIFT = 4;

  private final SealedView view;
  private final List<DirtyLayer.Run> runs;
  private final ChunkingScheme scheme;

  Patches(SealedView view, List<DirtyLayer.Run> runs, ChunkingScheme scheme) {
    this.view = view;
    this.runs = runs;
    this.scheme = scheme;
  }

  /** How many there are at the end of a file before they become a chunk. */
  static int mostAppended(ChunkingScheme scheme) {
    return Math.max(LEAST_OF_MOST, scheme.averageBytes() >> APPENDED_PER_BYTES_SHIFT);
  }

  /** How many there are in a place amid stored data before its chunks are made anew. */
  static int mostWithin(long placeBytes) {
    return (int) Math.max(LEAST_OF_MOST, placeBytes >> INNER_PER_BYTES_SHIFT);
  }

  /** Whether an extent is as short as one that was laid over others. */
  boolean isShort(Extent extent) {
    return extent.isBlock() && extent.lengthBytes() <= longest(INNER_SHIFT);
  }

  private int longest(int shift) {
    return scheme.averageBytes() >> shift;
  }

  /**
   * Whether a run is to be a block of its own.
   *
   * @param from where the place begins whose short extents count
   * @param to where it ends
   */
  boolean isPatch(int index, long from, long to) throws IOException {
    DirtyLayer.Run run = runs.get(index);
    long length = run.to() - run.from();
    long stored = view.lowerEndBytes();
    boolean isInner = run.to() <= stored;
    int shift = isInner ? INNER_SHIFT : APPENDED_SHIFT;
    if (length > longest(shift) || length << INNER_SHIFT > stored || run.from() > stored) {
      return false;
    }
    int most = isInner ? mostWithin(to - from) : mostAppended(scheme);
    int there = runsUntil(index, to, most);
    long end = Math.min(to, stored);
    if (there < most && from < end) {
      for (Extent extent : view.lower(from, end)) {
        // what is left of a chunk between patches is none; there is no more of that than of them
        there += isShort(extent) && extent.skipBytes() == 0 ? 1 : 0;
      }
    }
    return there < most;
  }

  private int runsUntil(int index, long to, int most) {
    int count = 0;
    for (int i = index; i < runs.size() && runs.get(i).from() < to; i++) {
      count++;
      if (count == most) {
        break;
      }
    }
    return count;
  }
}
