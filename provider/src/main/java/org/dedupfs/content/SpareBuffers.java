package org.dedupfs.content;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Buffers of what was written, once it is cut into blocks, for what is written next: a new array
 * would be made zero first, in memory that no cache holds. Whoever gives one back must be the last
 * who knows it. Thread-safe.
 */
final class SpareBuffers {
  /** Of two segments, one being written while the other is cut. */
  private static final int MOST = 32;

  /** Part of what may be dirty that is set aside. */
  private static final int SHARE = 6;

  private final int most;

  /** The one used last is the first to be used again. */
  @GuardedBy("this")
  private final ArrayDeque<byte[]> idle = new ArrayDeque<>(MOST);

  /**
   * @param dirtyBytes what may be dirty, of which these buffers are a part
   */
  SpareBuffers(long dirtyBytes) {
    most = (int) Math.min(MOST, dirtyBytes / SHARE / DirtyLayer.MAX_CAPACITY);
  }

  /** How many bytes idle at most. */
  long mostBytes() {
    return (long) most * DirtyLayer.MAX_CAPACITY;
  }

  /** One of {@link DirtyLayer#MAX_CAPACITY} bytes, which hold anything. */
  byte[] take() {
    byte[] spare = poll();
    return spare == null ? new byte[DirtyLayer.MAX_CAPACITY] : spare;
  }

  private synchronized byte @Nullable [] poll() {
    return idle.pollLast();
  }

  /** Takes back what {@link #take} may have given; other lengths are left to the collector. */
  synchronized void give(byte[] buffer) {
    if (buffer.length == DirtyLayer.MAX_CAPACITY && idle.size() < most) {
      idle.addLast(buffer);
    }
  }
}
