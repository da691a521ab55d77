package org.dedupfs;

/**
 * What a store holds and what it costs, as of now, all bytes.
 *
 * @param files inodes that are no directories
 * @param directories the root included
 * @param logicalBytes sizes of all files less their holes; each inode once, clones each
 * @param uniqueBytes raw bytes of live distinct blocks
 * @param storedBytes their payload and headers
 * @param diskBytes allocated bytes of the whole store directory
 * @param deadBytes stored bytes that the next sweep can free, as far as known
 * @param metadataBytes what of {@code diskBytes} is metadata
 * @param blocks distinct blocks
 */
public record StoreStatistics(
    long files,
    long directories,
    long logicalBytes,
    long uniqueBytes,
    long storedBytes,
    long diskBytes,
    long deadBytes,
    long metadataBytes,
    long blocks) {

  /** Logical to unique bytes; 1 for an empty store. */
  public double dedupRatio() {
    return ratio(logicalBytes, uniqueBytes);
  }

  /** Unique to stored bytes; 1 for an empty store. */
  public double compressionRatio() {
    return ratio(uniqueBytes, storedBytes);
  }

  /** Logical bytes to bytes on disk; 1 for an empty store. Exact after a commit. */
  public double spaceRatio() {
    return ratio(logicalBytes, diskBytes);
  }

  private static double ratio(long dividend, long divisor) {
    return divisor == 0 ? 1.0 : (double) dividend / divisor;
  }
}
