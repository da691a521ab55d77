package org.dedupfs.metadata;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where a name stands in its directory: a keyed 62-bit hash (SipHash-2-4), so that a reader can go
 * on from a 64-bit cookie whatever was inserted or removed in between, and nobody can choose names
 * that collide. Cookies are at least 16; smaller ones are left for callers.
 *
 * <p>Immutable. Names with the same cookie (by chance once in 10^9 pairs of a billion names) are
 * told apart by their bytes, which follow the cookie in a dentry's key.
 *
 * @see <a href="https://www.aumasson.jp/siphash/siphash.pdf">SipHash: a fast short-input PRF</a>
 */
public final class NameCookies {
  static final long LEAST = 16;
  private static final long MASK = (1L << 62) - 1;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long key0;
  private final long key1;

  public NameCookies(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  public long cookie(FileName name) {
    return Math.max(LEAST, sipHash24(name.bytes()) & MASK);
  }

  long sipHash24(byte[] bytes) {
    State state = new State(key0, key1);
    int whole = bytes.length & ~7;
    for (int i = 0; i < whole; i += 8) {
      state.absorb((long) LONGS.get(bytes, i));
    }
    long last = (long) bytes.length << 56;
    for (int i = whole; i < bytes.length; i++) {
      last |= (bytes[i] & 0xFFL) << (8 * (i - whole));
    }
    state.absorb(last);
    return state.finish();
  }

  /** The four words of the algorithm, named as in the paper. */
  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long key0, long key1) {
      v0 = key0 ^ 0x736f6d6570736575L;
      v1 = key1 ^ 0x646f72616e646f6dL;
      v2 = key0 ^ 0x6c7967656e657261L;
      v3 = key1 ^ 0x7465646279746573L;
    }

    void absorb(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    long finish() {
      v2 ^= 0xff;
      round();
      round();
      round();
      round();
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
