package org.dedupfs.metadata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.metadata.SqliteLog.Header;

/**
 * One bit of a log that is other than it was written: with it put right the checksum is. A power
 * cut never leaves that, for it leaves other bytes in whole sectors; so even at the end of a log
 * this is told from a torn commit. The odds that other damage looks so are one in 2^49.
 *
 * @param at the byte in the log
 * @param mask the bit
 */
record FlippedBit(long at, int mask) {
  private static final int SALTS_AT = 8;
  private static final int CHECKSUM_AT = 16;

  /** Those of the header of a log of which one may be what is wrong with it. */
  static List<FlippedBit> ofHeader(ByteBuffer header) {
    List<FlippedBit> bits = new ArrayList<>();
    for (int at = 0; at < SqliteLog.HEADER_BYTES; at++) {
      for (int mask = 1; mask < 256; mask <<= 1) {
        FlippedBit bit = new FlippedBit(at, mask);
        bit.putRight(header, 0);
        if (Header.of(header) != null) {
          bits.add(bit);
        }
        bit.putRight(header, 0);
      }
    }
    return bits;
  }

  /**
   * Those of a frame of which one may be what is wrong with it. They are several if it is one of
   * the highest bits of a word, for the checksum hardly tells words apart by these.
   *
   * @param before the checksum stored before the frame
   * @param at where the frame is in the log
   */
  static List<FlippedBit> ofFrame(ByteBuffer frame, Header header, long before, long at) {
    List<FlippedBit> bits = new ArrayList<>();
    long salts = frame.getLong(SALTS_AT) ^ header.salts();
    long stored = frame.getLong(CHECKSUM_AT);
    long summed = SqliteLog.sum(before, frame, header.order());
    if (salts == 0) {
      addOfNumber(stored ^ summed, at + CHECKSUM_AT, bits);
      addSummed(frame, header.order(), stored, summed, at, bits);
    } else if (stored == summed) {
      addOfNumber(salts, at + SALTS_AT, bits);
    }
    return bits;
  }

  /** If two numbers differ in one bit. */
  private static void addOfNumber(long difference, long at, List<FlippedBit> bits) {
    if (Long.bitCount(difference) == 1) {
      int bit = 63 - Long.numberOfTrailingZeros(difference);
      bits.add(new FlippedBit(at + bit / 8, 0x80 >> (bit % 8)));
    }
  }

  /** Both sums are linear in each word, by factors that grow from the last word to the first. */
  private static void addSummed(
      ByteBuffer frame, ByteOrder order, long stored, long summed, long at, List<FlippedBit> bits) {
    int first = (int) (stored >>> 32) - (int) (summed >>> 32);
    int second = (int) stored - (int) summed;
    ByteBuffer words = frame.duplicate().order(order);
    int[] even = {1, 1};
    int[] odd = {0, 1};
    for (int pair = SqliteLog.FRAME_BYTES - 8; pair >= 0; pair -= 8) {
      if (pair == 8 || pair == CHECKSUM_AT) {
        continue; // salts and checksum are not summed up
      }
      for (int word = 0; word < 2; word++) {
        int[] factor = word == 0 ? even : odd;
        int value = words.getInt(pair + 4 * word);
        for (int bit = 0; bit < 32; bit++) {
          int change = (value & (1 << bit)) == 0 ? 1 << bit : -(1 << bit);
          if (change * factor[0] == first && change * factor[1] == second) {
            int inWord = order == ByteOrder.BIG_ENDIAN ? 3 - bit / 8 : bit / 8;
            bits.add(new FlippedBit(at + pair + 4L * word + inWord, 1 << (bit % 8)));
          }
        }
      }
      advance(even);
      advance(odd);
    }
  }

  private static void advance(int[] factor) {
    factor[0] += factor[1];
    factor[1] += factor[0];
  }

  /** Puts it right in bytes that begin at a place of the log; a second time, wrong again. */
  void putRight(ByteBuffer bytes, long from) {
    int index = (int) (at - from);
    bytes.put(index, (byte) (bytes.get(index) ^ mask));
  }
}
