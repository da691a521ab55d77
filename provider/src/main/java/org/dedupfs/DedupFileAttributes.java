package org.dedupfs;

/**
 * What a file holds and what it costs: the attributes of the view {@code dedup}. All are 0 of what
 * is no regular file. They are about this file alone: what other files share of its blocks does not
 * count, so sums over several files say nothing about the store; {@link StoreStatistics} does.
 */
public interface DedupFileAttributes {
  /** The size less the holes. */
  long logicalBytes();

  /**
   * What the file's blocks take in the store: payload and headers of each distinct block that the
   * file refers to. That is what the file would cost if it were the only one.
   */
  long storedBytes();

  /**
   * Bytes before compression of each distinct block that the file refers to, a block counting once
   * and as a whole, even if the file uses a part of it.
   */
  long uniqueBytes();

  /** How often the file refers to a block, repetitions counting, holes not. */
  long chunks();
}
