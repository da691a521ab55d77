package org.dedupfs;

/**
 * What a store holds and what it costs, as of now, all bytes. Files, directories and logical bytes
 * include what is not committed yet; blocks are made of it when enough has been written, the latest
 * at the next commit. So the ratios are exact after a commit ({@link DedupFileSystem#sync}).
 *
 * @param files inodes that are no directories
 * @param directories the root included
 * @param logicalBytes sizes of all files less their holes; each inode once, clones each; of zeros
 *     that were written, those that fill a block become a hole when they are committed
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

  /** Logical bytes to bytes on disk; 1 for an empty store. */
  public double spaceRatio() {
    return ratio(logicalBytes, diskBytes);
  }

  private static double ratio(long dividend, long divisor) {
    return divisor == 0 ? 1.0 : (double) dividend / divisor;
  }
}
