package org.dedupfs.testing;

import java.nio.ByteBuffer;

/**
 * What a fuzzer gives, taken as numbers and strings of bytes; zeros when it is used up. Numbers are
 * often ones that mean something, since few of all are worth trying. Not thread-safe.
 */
public final class FuzzBytes {
  private static final long[] EDGES = {
    0,
    1,
    2,
    3,
    -1,
    255,
    256,
    4096,
    65_535,
    65_536,
    1L << 31,
    (1L << 31) - 1,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 1
  };

  private final ByteBuffer input;

  public FuzzBytes(byte[] input) {
    this.input = ByteBuffer.wrap(input);
  }

  public boolean hasMore() {
    return input.hasRemaining();
  }

  /** 0 to 255. */
  public int small() {
    return input.hasRemaining() ? input.get() & 0xFF : 0;
  }

  /** 0 to {@code bound} - 1. */
  public int below(int bound) {
    return small() % bound;
  }

  public long number() {
    int kind = small();
    if (kind < 64) {
      return kind;
    }
    if (kind < 128) {
      return EDGES[kind % EDGES.length];
    }
    long value = 0;
    for (int bytes = kind % 8; bytes >= 0; bytes--) {
      value = value << 8 | small();
    }
    return value;
  }

  /** At most 255 bytes, or now and then some thousands of the same. */
  public byte[] bytes() {
    int length = small();
    if (length == 255) {
      byte[] many = new byte[small() * 64];
      java.util.Arrays.fill(many, (byte) small());
      return many;
    }
    byte[] bytes = new byte[Math.min(length, input.remaining())];
    input.get(bytes);
    return bytes;
  }
}
