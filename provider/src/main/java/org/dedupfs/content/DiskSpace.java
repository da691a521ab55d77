package org.dedupfs.content;

import java.io.IOException;

/** The disk below the store. */
public interface DiskSpace {
  long usableBytes() throws IOException;

  long totalBytes() throws IOException;

  /** Free bytes, those that only an administrator may use included. */
  long unallocatedBytes() throws IOException;

  /** Something under way that leads to more space, or makes durable what was accepted. */
  interface Use extends AutoCloseable {
    /** Nothing is in reserve. */
    Use NONE =
        new Use() {
          @Override
          public boolean isScarce() {
            return false;
          }

          @Override
          public void close() {}
        };

    /** Whether what was in reserve is given up, and little is left: then logs are kept short. */
    boolean isScarce();

    /** It has ended; never fails. Idempotent. */
    @Override
    void close();
  }

  /**
   * Gives up what the store has in hand on its disk, if less is free than is needed.
   *
   * @return to be closed at the end; what is left is then taken back
   */
  default Use useReserve(long neededBytes) {
    return Use.NONE;
  }

  /** A disk that never fills: for tests. */
  static DiskSpace unlimited() {
    return new DiskSpace() {
      @Override
      public long usableBytes() {
        return Long.MAX_VALUE / 4;
      }

      @Override
      public long unallocatedBytes() {
        return Long.MAX_VALUE / 4;
      }

      @Override
      public long totalBytes() {
        return Long.MAX_VALUE / 4;
      }
    };
  }
}
