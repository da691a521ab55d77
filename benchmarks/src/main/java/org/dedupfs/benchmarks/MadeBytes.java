package org.dedupfs.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * A stream of bytes that repeats nowhere and is cheaper to make than to hash: a base of its kind,
 * in which eight bytes of every 512 are replaced by a hash of seed and position.
 */
final class MadeBytes {
  static final int BUFFER_BYTES = 128 << 10;

  /** What the base is of. */
  enum Kind {
    /** Does not compress. */
    RANDOM,
    /** Words and lines, which compress to a half or less. */
    TEXT
  }

  private static final int BASE_BYTES = 4 << 20;
  private static final int STRIDE_BYTES = 512;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] base;
  private final long seed;

  MadeBytes(long seed) {
    this(Kind.RANDOM, seed);
  }

  MadeBytes(Kind kind, long seed) {
    this.base = kind == Kind.RANDOM ? RandomBase.BYTES : TextBase.BYTES;
    this.seed = mix(seed);
  }

  /** Made when first used. */
  private static final class RandomBase {
    static final byte[] BYTES = new byte[BASE_BYTES];

    static {
      new SplittableRandom(7).nextBytes(BYTES);
    }
  }

  /** Made when first used. */
  private static final class TextBase {
    static final byte[] BYTES = new byte[BASE_BYTES];

    static {
      Words words = new Words(13);
      int filled = 0;
      while (filled < BASE_BYTES) {
        byte[] line = words.line().getBytes(StandardCharsets.US_ASCII);
        int count = Math.min(line.length, BASE_BYTES - filled);
        System.arraycopy(line, 0, BYTES, filled, count);
        filled += count;
      }
    }
  }

  /** Fills a buffer of {@link #BUFFER_BYTES} with what stands at a multiple of that length. */
  void fill(long offset, byte[] buffer) {
    System.arraycopy(base, (int) (offset % BASE_BYTES), buffer, 0, BUFFER_BYTES);
    for (int i = 0; i < BUFFER_BYTES; i += STRIDE_BYTES) {
      LONGS.set(buffer, i, mix(seed + offset + i));
    }
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable PRNGs, OOPSLA 2014). */
  static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
