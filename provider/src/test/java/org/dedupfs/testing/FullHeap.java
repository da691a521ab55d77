package org.dedupfs.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes all memory of a JVM that comes in pieces of some size. For a {@link ChildJvm}: other
 * threads get none either.
 */
public final class FullHeap {
  private static final int LARGEST = 16 << 20;

  private final List<byte[]> filler = new ArrayList<>(1 << 16);

  /** Until an array of {@code smallestBytes} is not to be had any more. */
  public void fill(int smallestBytes) {
    for (int size = LARGEST; size >= smallestBytes; size /= 2) {
      boolean more = true;
      while (more) {
        more = take(size);
      }
    }
  }

  private boolean take(int size) {
    try {
      return filler.add(new byte[size]);
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  public void clear() {
    filler.clear();
  }
}
