package org.dedupfs.content;

import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Admits data only while the disk can hold it: free space less what is not flushed yet stays above
 * a reserve, which metadata that frees space may use. Thread-safe.
 */
final class SpaceGuard {
  private static final long MAX_RESERVE_BYTES = 256L << 20;
  private static final long RECHECK_BYTES = 16L << 20;
  private static final long RECHECK_NANOS = 500_000_000L;

  private final DiskSpace disk;
  private final LongSupplier promisedBytes;
  private final long reserveBytes;
  private long allowanceBytes;
  private long checkedAtNanos;

  /** {@code promisedBytes}: accepted but not on the disk yet. */
  SpaceGuard(DiskSpace disk, LongSupplier promisedBytes) throws IOException {
    this.disk = disk;
    this.promisedBytes = promisedBytes;
    this.reserveBytes = Math.min(MAX_RESERVE_BYTES, disk.totalBytes() / 20);
  }

  /**
   * @throws StoreFullException if {@code bytes} more would not fit
   */
  synchronized void admit(long bytes) throws IOException {
    long now = System.nanoTime();
    if (bytes > allowanceBytes || now - checkedAtNanos > RECHECK_NANOS) {
      long usable = disk.usableBytes();
      long room = usable - reserveBytes - promisedBytes.getAsLong();
      if (room < bytes) {
        allowanceBytes = 0;
        throw new StoreFullException(usable, reserveBytes);
      }
      // near the limit each write looks again
      allowanceBytes = room < 4 * RECHECK_BYTES ? bytes : RECHECK_BYTES + bytes;
      checkedAtNanos = now;
    }
    allowanceBytes -= bytes;
  }

  SpaceLeft left() throws IOException {
    long promised = promisedBytes.getAsLong();
    return new SpaceLeft(
        disk.totalBytes(),
        Math.max(0, disk.unallocatedBytes() - promised),
        Math.max(0, disk.usableBytes() - promised - reserveBytes));
  }
}
