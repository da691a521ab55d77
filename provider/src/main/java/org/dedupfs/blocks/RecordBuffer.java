package org.dedupfs.blocks;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Where records are read to, and only looked at: the same memory again and again, for a new array
 * would be made zero first and collected soon. For one thread at a time.
 */
final class RecordBuffer {
  private static final int FIRST_BYTES = 160 << 10;
  private static final int MOST_KEPT_BYTES = 1 << 20;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  /** What is read; the record takes the first {@link #length} bytes. */
  byte[] bytes() {
    return bytes;
  }

  /** The length of the record, in bytes. */
  int length() {
    return length;
  }

  /**
   * Takes note of how long a record is.
   *
   * @return whether it had room; if not, there is now, and it has to be read again
   */
  boolean holds(int recordBytes) {
    length = recordBytes;
    if (recordBytes <= bytes.length) {
      return true;
    }
    bytes = new byte[recordBytes];
    return false;
  }

  /** Takes a record that was read elsewhere. */
  void take(byte[] record) {
    bytes = record;
    length = record.length;
  }

  /** Those that idle. Safe for any number of threads. */
  static final class Pool {
    private final ConcurrentLinkedQueue<RecordBuffer> idle = new ConcurrentLinkedQueue<>();

    RecordBuffer borrow() {
      RecordBuffer buffer = idle.poll();
      return buffer == null ? new RecordBuffer() : buffer;
    }

    void giveBack(RecordBuffer buffer) {
      if (buffer.bytes.length >= FIRST_BYTES && buffer.bytes.length <= MOST_KEPT_BYTES) {
        idle.add(buffer);
      }
    }
  }
}
