package org.dedupfs.content;

import java.io.IOException;

/** The disk below the store. */
public interface DiskSpace {
  long usableBytes() throws IOException;

  long totalBytes() throws IOException;

  /** Free bytes, those that only an administrator may use included. */
  long unallocatedBytes() throws IOException;

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
