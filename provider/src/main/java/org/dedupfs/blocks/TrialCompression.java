package org.dedupfs.blocks;

/**
 * Decides whether compressing the next block is worth its time. While blocks shrink, each one is
 * tried. After a few in a row that did not, the middle of a block is tried first, and the whole
 * only if that shrinks, or now and then, since repetition farther apart than the sample is long
 * shows in the whole only. Used by one thread at a time.
 */
final class TrialCompression {
  /** Blocks tried in vain after which samples are taken. */
  static final int PATIENCE = 4;

  /** Of so many blocks one is tried in whole, whatever its sample says. */
  static final int WHOLE_EVERY = 16;

  static final int SAMPLE_BYTES = 4 << 10;

  /** A sample that saves this part is promising; the whole block must save more to be kept. */
  private static final int PROMISING_SHIFT = 5;

  /** A whole block costs hardly more than a sample below this. */
  private static final int LEAST_BLOCK_BYTES = 4 * SAMPLE_BYTES;

  private int inVain;

  /** Whether to compress a block in whole. */
  boolean isWorthwhile(
      CodecContext context,
      Compression compression,
      byte[] raw,
      int offset,
      int rawBytes,
      byte[] scratch,
      int room) {
    if (inVain < PATIENCE || rawBytes < LEAST_BLOCK_BYTES) {
      return true;
    }
    inVain++;
    if (inVain % WHOLE_EVERY == 0) {
      return true;
    }
    int middle = offset + (rawBytes - SAMPLE_BYTES) / 2;
    int length = context.compress(compression, raw, middle, SAMPLE_BYTES, scratch, room);
    return length < SAMPLE_BYTES - (SAMPLE_BYTES >> PROMISING_SHIFT);
  }

  /** Takes note of what compressing a whole block has brought. */
  void done(boolean shrunk, int rawBytes) {
    if (shrunk) {
      inVain = 0;
    } else if (inVain < PATIENCE && rawBytes >= LEAST_BLOCK_BYTES) {
      inVain++;
    }
  }
}
