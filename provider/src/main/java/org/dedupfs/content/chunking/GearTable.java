package org.dedupfs.content.chunking;

/**
 * The 256 random words of the gear hash. They are part of the format of a store and therefore
 * generated from a fixed seed: word {@code n} is the {@code n}th output of SplitMix64 (Steele, Lea,
 * Flood: Fast Splittable Pseudorandom Number Generators, 2014) seeded with {@link #SEED}.
 */
final class GearTable {
  /** The letters "DedupFS1". */
  static final long SEED = 0x4465_6475_7046_5331L;

  private GearTable() {}

  static long[] words() {
    long[] words = new long[256];
    long state = SEED;
    for (int i = 0; i < words.length; i++) {
      state += 0x9E37_79B9_7F4A_7C15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
      words[i] = z ^ (z >>> 31);
    }
    return words;
  }

  /** The words shifted left by one, for the first half of a two-byte step. */
  static long[] shiftedWords() {
    long[] words = words();
    for (int i = 0; i < words.length; i++) {
      words[i] <<= 1;
    }
    return words;
  }
}
