package org.dedupfs.bridge.jnr;

import com.kenai.jffi.MemoryIO;

/** Memory by address. Nothing is checked: a wrong address ends the process. */
final class NativeMemory {
  static final MemoryIO IO = MemoryIO.getInstance();

  private NativeMemory() {}

  /** Memory full of zeros. */
  static long allocate(long sizeBytes) {
    long address = IO.allocateMemory(sizeBytes, true);
    if (address == 0) {
      throw new OutOfMemoryError("no native memory for " + sizeBytes + " bytes");
    }
    return address;
  }

  static void free(long address) {
    if (address != 0) {
      IO.freeMemory(address);
    }
  }

  /** The bytes up to a NUL. */
  static byte[] string(long address) {
    return IO.getZeroTerminatedByteArray(address);
  }

  static byte[] bytes(long address, long sizeBytes) {
    byte[] bytes = new byte[Math.toIntExact(sizeBytes)];
    IO.getByteArray(address, bytes, 0, bytes.length);
    return bytes;
  }

  static void put(long address, byte[] bytes) {
    IO.putByteArray(address, bytes, 0, bytes.length);
  }
}
