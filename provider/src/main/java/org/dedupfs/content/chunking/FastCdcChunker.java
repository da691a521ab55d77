package org.dedupfs.content.chunking;

import java.util.Objects;

/**
 * Cuts where a rolling hash of the last 63 bytes says so, so that an insertion moves only the cuts
 * beside it.
 *
 * <p>FastCDC (Xia et al., "The Design of Fast Content-Defined Chunking for Data Deduplication Based
 * Storage Systems", IEEE TPDS 2020): gear hash, two bytes per step, no cut in the first quarter of
 * the average, and chunks normalised around it (level 2: a mask with two bits more before the
 * average, two bits fewer after it). Unlike the paper the hash is warmed up with the 64 bytes
 * before the first possible cut, so that it never sees less than its whole window.
 */
public final class FastCdcChunker implements Chunker {
  private static final int NORMALISATION_BITS = 2;
  private static final int WARM_UP_BYTES = 64;

  /**
   * The highest bit of a mask. The first half of a two-byte step tests the mask shifted left by
   * one; a mask with bit 63 set would lose that bit there and cut in other places than byte by
   * byte.
   */
  private static final int TOP_MASK_BIT = 62;

  private static final int UNROLLED_BYTES = 16;

  private static final long[] GEAR = GearTable.words();
  private static final long[] GEAR_SHIFTED = GearTable.shiftedWords();

  private final int minBytes;
  private final int averageBytes;
  private final int maxBytes;
  private final long strictMask;
  private final long looseMask;

  FastCdcChunker(int minBytes, int averageBytes, int maxBytes) {
    int bits = Integer.numberOfTrailingZeros(averageBytes);
    this.minBytes = minBytes;
    this.averageBytes = averageBytes;
    this.maxBytes = maxBytes;
    this.strictMask = mask(bits + NORMALISATION_BITS, bits + NORMALISATION_BITS);
    this.looseMask = mask(bits - NORMALISATION_BITS, bits + NORMALISATION_BITS);
  }

  /**
   * The first {@code ones} of {@code of} bits spread over the 48 below the top one. High bits of
   * the hash depend on most bytes; the loose mask is part of the strict one.
   */
  static long mask(int ones, int of) {
    int step = 48 / of;
    long mask = 0;
    for (int i = 0; i < ones; i++) {
      mask |= 1L << (TOP_MASK_BIT - i * step);
    }
    return mask;
  }

  @Override
  public int maxBytes() {
    return maxBytes;
  }

  @Override
  public int next(byte[] buffer, int from, int to, int uncutBytes, boolean last) {
    Objects.checkFromToIndex(from, to, buffer.length);
    int available = to - from;
    int end = Math.min(available, maxBytes);
    int first = Math.max(uncutBytes, minBytes);
    int cut = end > first ? cut(buffer, from, first, end) : 0;
    if (cut != 0) {
      return cut;
    }
    return available >= maxBytes || last ? end : 0;
  }

  /** The length of the chunk at {@code from} if it is in {@code (shortest, longest]}, or 0. */
  private int cut(byte[] buffer, int from, int shortest, int longest) {
    int first = from + shortest;
    int end = from + longest;
    int middle = Math.min(end, from + averageBytes);
    int cut = first < middle ? firstCut(buffer, first, middle, strictMask) : 0;
    if (cut == 0 && middle < end) {
      cut = firstCut(buffer, Math.max(first, middle), end, looseMask);
    }
    return cut == 0 ? 0 : cut - from;
  }

  /**
   * The first cut in {@code (from, to]}, or 0. Two bytes per step, half the shifts: before the
   * second byte the hash stands shifted by one, and so is the mask that tests it. Unrolled by hand,
   * since the compiler does not unroll a loop with several exits: a third more bytes per second.
   */
  private static int firstCut(byte[] buffer, int from, int to, long mask) {
    long hash = 0;
    for (int i = from - WARM_UP_BYTES; i < from; i++) {
      hash = (hash << 1) + GEAR[buffer[i] & 0xff];
    }
    long maskShifted = mask << 1;
    int at = from;
    for (; at < to - (UNROLLED_BYTES - 1); at += UNROLLED_BYTES) {
      hash = (hash << 2) + GEAR_SHIFTED[buffer[at] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at + 1;
      }
      hash += GEAR[buffer[at + 1] & 0xff];
      if ((hash & mask) == 0) {
        return at + 2;
      }
      hash = (hash << 2) + GEAR_SHIFTED[buffer[at + 2] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at + 3;
      }
      hash += GEAR[buffer[at + 3] & 0xff];
      if ((hash & mask) == 0) {
        return at + 4;
      }
      hash = (hash << 2) + GEAR_SHIFTED[buffer[at + 4] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at + 5;
      }
      hash += GEAR[buffer[at + 5] & 0xff];
      if ((hash & mask) == 0) {
        return at + 6;
      }
      hash = (hash << 2) + GEAR_SHIFTED[buffer[at + 6] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at + 7;
      }
      hash += GEAR[buffer[at + 7] & 0xff];
      if ((hash & mask) == 0) {
        return at + 8;
      }
      hash = (hash << 2) + GEAR_SHIFTED[buffer[at + 8] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at + 9;
      }
      hash += GEAR[buffer[at + 9] & 0xff];
      if ((hash & mask) == 0) {
        return at + 10;
      }
      hash = (hash << 2) + GEAR_SHIFTED[buffer[at + 10] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at + 11;
      }
      hash += GEAR[buffer[at + 11] & 0xff];
      if ((hash & mask) == 0) {
        return at + 12;
      }
      hash = (hash << 2) + GEAR_SHIFTED[buffer[at + 12] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at + 13;
      }
      hash += GEAR[buffer[at + 13] & 0xff];
      if ((hash & mask) == 0) {
        return at + 14;
      }
      hash = (hash << 2) + GEAR_SHIFTED[buffer[at + 14] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at + 15;
      }
      hash += GEAR[buffer[at + 15] & 0xff];
      if ((hash & mask) == 0) {
        return at + 16;
      }
    }
    for (; at < to; at++) {
      hash = (hash << 1) + GEAR[buffer[at] & 0xff];
      if ((hash & mask) == 0) {
        return at + 1;
      }
    }
    return 0;
  }
}
