package org.dedupfs.content;

import java.io.IOException;
import java.util.List;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Extent;

/**
 * Decides which small writes become blocks of their own, laid over a part of a stored one, so that
 * a page written amid a large chunk costs no reading, hashing and storing of all of it. When as
 * many as there are pages have gathered in one place, the next one has its chunks made anew, if
 * they were written in the order of the file. If not, who writes to it at random would have them
 * made again and again, for which all of them have to be read from wherever they are: then they
 * stay, and a page is replaced by another one. For one thread.
 *
 * <p>That is so for whole pages of 4 KiB. Of longer writes fewer lie within the length of a chunk
 * than make it anew, in whatever order; shorter ones, and those that begin amid a page, make more
 * pieces than that and have it made anew ever again.
 *
 * <p>So no more patches than pages lie within the length of a chunk (sixteen where that is less),
 * and no more than four extents for each, with what is left of chunks between them; and what is
 * stored in the course of many small writes is a few times what was written.
 */
final class Patches {
  private static final int LEAST_OF_MOST = 16;

  /** At the end of a file large chunks have more: one for so many bytes. */
  private static final int APPENDED_PER_BYTES_SHIFT = 13;

  /**
   * Amid stored data making chunks anew is dear, for they have to be read: all pages of a place.
   */
  private static final int INNER_PER_BYTES_SHIFT = 12;

  /** So many extents for each patch that may be in a place are too many, whatever they are. */
  private static final int MOST_PARTS = 4;

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
    int there = runsUntil(index, to, most + 1);
    Order order = new Order();
    int next = index;
    long end = Math.min(to, stored);
    if (there <= most && from < end) {
      List<Extent> lower = view.lower(from, end);
      if (lower.size() > MOST_PARTS * most) {
        return false; // in very small parts, of which those that are left of chunks do not count
      }
      for (Extent extent : lower) {
        // What is left of a chunk between patches is none; there is no more of that than of them.
        if (isShort(extent) && extent.skipBytes() == 0) {
          order.add(extent.blockId());
          while (next + 1 < runs.size() && runs.get(next).to() <= extent.offsetBytes()) {
            next++;
          }
          there += isWithin(extent, runs.get(next)) ? 0 : 1; // else one takes its place
        }
      }
    }
    return there < most || (there == most && isInner && !order.isAscending());
  }

  private static boolean isWithin(Extent extent, DirtyLayer.Run run) {
    return run.from() <= extent.offsetBytes() && extent.endBytes() <= run.to();
  }

  /** The order in which the patches of a place were written: the later, the higher their ids. */
  private static final class Order {
    private static final int FEW_SHIFT = 3;

    private long before;
    private int count;
    private int descents;

    void add(long blockId) {
      descents += count > 0 && blockId < before ? 1 : 0;
      before = blockId;
      count++;
    }

    boolean isAscending() {
      return descents <= count >> FEW_SHIFT;
    }
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
