package org.dedupfs.metadata;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The CRC-32C in which every stored row ends: over the table, the key and the columns, so that a
 * row which was changed, or stands under another key, is noticed. Numbers count as 8 bytes
 * big-endian, byte strings as their length and themselves. Not thread-safe.
 */
final class RowChecksum {
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(512);

  void start(Table<?> table) {
    crc.reset();
    buffer.clear();
    number(table.ordinal());
  }

  void number(long value) {
    if (buffer.remaining() < Long.BYTES) {
      drain();
    }
    buffer.putLong(value);
  }

  void bytes(byte[] value) {
    number(value.length);
    if (value.length <= buffer.remaining()) {
      buffer.put(value);
    } else {
      drain();
      crc.update(value);
    }
  }

  /** The checksum, 0 to 2^32-1. */
  long value() {
    drain();
    return crc.getValue();
  }

  private void drain() {
    buffer.flip();
    crc.update(buffer);
    buffer.clear();
  }
}
