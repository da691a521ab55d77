package org.dedupfs.maintenance;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Holds whoever reads to so many bytes a second, on average since it began. For one thread. */
final class Throttle {
  private final long bytesPerSecond;
  private final long startNanos = System.nanoTime();
  private long passedBytes;

  /**
   * @param bytesPerSecond 0 for no limit
   */
  Throttle(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until these could be read. */
  void passed(long bytes) throws InterruptedIOException {
    if (bytesPerSecond == 0) {
      return;
    }
    passedBytes += bytes;
    double dueNanos = passedBytes * 1e9 / bytesPerSecond;
    long leftNanos = (long) dueNanos - (System.nanoTime() - startNanos);
    if (leftNanos > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(leftNanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("stopped");
      }
    }
  }
}
