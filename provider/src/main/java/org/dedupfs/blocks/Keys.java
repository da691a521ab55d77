package org.dedupfs.blocks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight big-endian bytes: numbers as keys sort as numbers. */
final class Keys {
  static final int BYTES = 8;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private Keys() {}

  static byte[] of(long id) {
    byte[] key = new byte[BYTES];
    LONGS.set(key, 0, id);
    return key;
  }

  static long number(byte[] bytes, int offset) {
    return (long) LONGS.get(bytes, offset);
  }

  static void number(byte[] bytes, int offset, long number) {
    LONGS.set(bytes, offset, number);
  }

  static int small(byte[] bytes, int offset) {
    return (int) INTS.get(bytes, offset);
  }

  static void small(byte[] bytes, int offset, int number) {
    INTS.set(bytes, offset, number);
  }
}
