package org.dedupfs.store;

/**
 * How the memory of an open store is shared out. The first four live in the Java heap. What is left
 * is for the virtual machine, its code, and buffers on their way.
 *
 * @param dirtyBytes written, not yet cut into blocks
 * @param uncommittedBytes changed names, attributes and extents that wait for a commit
 * @param rowCacheBytes names, attributes and extents that were read
 * @param blockCacheBytes decompressed blocks for readers
 * @param writeBufferBytes blocks on their way to the disk, in RocksDB
 * @param blockIndexBytes index, filters and fingerprints, in RocksDB
 * @param metadataPageBytes pages of SQLite
 */
public record MemoryShares(
    long dirtyBytes,
    long uncommittedBytes,
    long rowCacheBytes,
    long blockCacheBytes,
    long writeBufferBytes,
    long blockIndexBytes,
    long metadataPageBytes) {

  public static final long MIN_MEMORY_BYTES = 64L << 20;

  private static final long MAX_WRITE_BUFFER_BYTES = 1L << 30;
  private static final long MAX_OVERHEAD_BYTES = 176L << 20;

  /** What the shares below add up to. */
  private static final int PARTS = 336;

  /** Of the largest heap; the rest is for what is not counted and for the collector. */
  private static final double HEAP_SHARE = 0.6;

  /**
   * The shares of {@code memoryBytes}; those in the heap shrink to what a heap of at most {@code
   * maxHeapBytes} can hold.
   *
   * @throws IllegalArgumentException if it is too little
   */
  public static MemoryShares of(long memoryBytes, long maxHeapBytes) {
    if (memoryBytes < MIN_MEMORY_BYTES) {
      throw new IllegalArgumentException(
          "memory " + memoryBytes + " is out of range; at least 64m is needed");
    }
    long overhead = Math.min(MAX_OVERHEAD_BYTES, memoryBytes / 32 * 11);
    long part = (memoryBytes - overhead) / PARTS;
    long heapPart = Math.min(part, (long) (maxHeapBytes * HEAP_SHARE) / 160);
    return new MemoryShares(
        48 * heapPart,
        24 * heapPart,
        24 * heapPart,
        64 * heapPart,
        Math.min(MAX_WRITE_BUFFER_BYTES, 88 * part),
        64 * part,
        24 * part);
  }

  /** What of it is in the Java heap. */
  public long heapBytes() {
    return dirtyBytes + uncommittedBytes + rowCacheBytes + blockCacheBytes;
  }
}
