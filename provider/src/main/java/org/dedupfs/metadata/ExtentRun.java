package org.dedupfs.metadata;

import java.util.Arrays;

/**
 * Extents that join without a gap, in the making: adding one that continues the last (a hole after
 * a hole, the next part of the same block) lengthens the last. Not thread-safe.
 */
final class ExtentRun {
  private long[] offsets;
  private long[] lengths;
  private long[] ids;
  private int[] skips;
  private int[] checks;
  private int count;

  ExtentRun(int capacity) {
    int size = Math.max(2, capacity);
    offsets = new long[size];
    lengths = new long[size];
    ids = new long[size];
    skips = new int[size];
    checks = new int[size];
  }

  int count() {
    return count;
  }

  long endBytes() {
    return offsets[count - 1] + lengths[count - 1];
  }

  long offsetAt(int index) {
    return offsets[index];
  }

  long lengthAt(int index) {
    return lengths[index];
  }

  long idAt(int index) {
    return ids[index];
  }

  int skipAt(int index) {
    return skips[index];
  }

  int checkAt(int index) {
    return checks[index];
  }

  void add(Extent extent) {
    add(
        extent.offsetBytes(),
        extent.lengthBytes(),
        extent.blockId(),
        extent.skipBytes(),
        extent.check());
  }

  void addAll(ExtentRun other) {
    for (int i = 0; i < other.count; i++) {
      add(other.offsets[i], other.lengths[i], other.ids[i], other.skips[i], other.checks[i]);
    }
  }

  /** Adds what {@code page} holds from {@code fromBytes} to {@code toBytes}; nothing if empty. */
  void addPart(ExtentPage page, long fromBytes, long toBytes) {
    long from = Math.max(fromBytes, page.offsetBytes());
    long to = Math.min(toBytes, page.endBytes());
    if (from >= to) {
      return;
    }
    for (int i = page.indexAt(from); i < page.count() && page.offsetAt(i) < to; i++) {
      long start = Math.max(from, page.offsetAt(i));
      long id = page.idAt(i);
      int skip = id > 0 ? page.skipAt(i) + (int) (start - page.offsetAt(i)) : 0;
      add(start, Math.min(to, page.endAt(i)) - start, id, skip, page.checkAt(i));
    }
  }

  /**
   * Adds one extent.
   *
   * @throws IllegalArgumentException if it does not join the last, or is malformed
   */
  void add(long offset, long length, long id, int skip, int check) {
    checkWellFormed(offset, length, id, skip, check);
    if (count > 0) {
      if (offset != endBytes()) {
        throw new IllegalArgumentException(
            "an extent at " + offset + " does not join the one that ends at " + endBytes());
      }
      if (continuesLast(id, skip, check, length)) {
        lengths[count - 1] += length;
        return;
      }
    }
    if (count == ids.length) {
      grow();
    }
    offsets[count] = offset;
    lengths[count] = length;
    ids[count] = id;
    skips[count] = skip;
    checks[count] = check;
    count++;
  }

  private static void checkWellFormed(long offset, long length, long id, int skip, int check) {
    boolean block = id > 0;
    if (offset < 0
        || length < 1
        || length > Long.MAX_VALUE - offset
        || id < Extent.DAMAGED
        || skip < 0
        || (block ? length > Integer.MAX_VALUE - skip : (skip | check) != 0)) {
      throw new IllegalArgumentException(
          "malformed: " + new Extent(offset, length, id, skip, check));
    }
  }

  private boolean continuesLast(long id, int skip, int check, long length) {
    int last = count - 1;
    if (ids[last] != id) {
      return false;
    }
    return id <= 0
        || (checks[last] == check
            && skips[last] + lengths[last] == skip
            && lengths[last] + length <= Integer.MAX_VALUE - skips[last]);
  }

  private void grow() {
    int size = Math.max(16, count + (count >> 1));
    offsets = Arrays.copyOf(offsets, size);
    lengths = Arrays.copyOf(lengths, size);
    ids = Arrays.copyOf(ids, size);
    skips = Arrays.copyOf(skips, size);
    checks = Arrays.copyOf(checks, size);
  }
}
