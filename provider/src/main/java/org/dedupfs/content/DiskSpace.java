package org.dedupfs.content;

import java.io.IOException;

/** The disk below the store. */
public interface DiskSpace {
  long usableBytes() throws IOException;

  long totalBytes() throws IOException;

  /** A disk that never fills: for tests. */
  static DiskSpace unlimited() {
    return new DiskSpace() {
      @Override
      public long usableBytes() {
        return Long.MAX_VALUE / 4;
      }

      @Override
      public long totalBytes() {
        return Long.MAX_VALUE / 4;
      }
    };
  }
}
