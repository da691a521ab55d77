package org.dedupfs.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * A stream of bytes that neither compresses nor repeats, cheaper to make than to hash: a random
 * base, in which eight bytes of every 512 are replaced by a hash of seed and position.
 */
final class RandomBytes {
  static final int BUFFER_BYTES = 128 << 10;

  private static final int STRIDE_BYTES = 512;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] BASE = base();

  private final long seed;

  RandomBytes(long seed) {
    this.seed = mix(seed);
  }

  private static byte[] base() {
    byte[] bytes = new byte[4 << 20];
    new SplittableRandom(7).nextBytes(bytes);
    return bytes;
  }

  /** Fills a buffer of {@link #BUFFER_BYTES} with what stands at a multiple of that length. */
  void fill(long offset, byte[] buffer) {
    System.arraycopy(BASE, (int) (offset % BASE.length), buffer, 0, BUFFER_BYTES);
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
