package org.dedupfs.benchmarks.report;

/**
 * What was written to a store, and how many bytes of blocks that added.
 *
 * @param writtenBytes by the application
 * @param storedBytes payload and headers
 */
public record Space(long writtenBytes, long storedBytes) {
  /** Bytes stored for each byte written. */
  public double factor() {
    return writtenBytes == 0 ? 0 : (double) storedBytes / writtenBytes;
  }
}
