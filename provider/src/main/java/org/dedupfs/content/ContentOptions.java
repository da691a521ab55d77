package org.dedupfs.content;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.dedupfs.content.chunking.ChunkingScheme;

/**
 * How contents are handled.
 *
 * @param chunking how files are cut
 * @param threads that hash and compress beside the writing ones; at least 1
 * @param dirtyBytes bound on written bytes that are not cut into blocks yet
 * @param cacheBytes bound on decompressed blocks kept for readers
 * @param syncOnClose whether the last release of a written file makes it durable
 * @param commitInterval how old an uncommitted change may grow; zero: only when asked
 * @param nanoClock nanoseconds since the epoch
 * @param disk what is free where the store lies
 */
public record ContentOptions(
    boolean readOnly,
    ChunkingScheme chunking,
    int threads,
    long dirtyBytes,
    long cacheBytes,
    boolean syncOnClose,
    Duration commitInterval,
    LongSupplier nanoClock,
    DiskSpace disk) {

  /** Changes not committed yet above which a commit starts before its time. */
  static final long UNCOMMITTED_BYTES = 16L << 20;

  /** Dirty bytes of one file at which its writer cuts them into blocks. */
  long segmentBytes() {
    return Math.max(chunking.maxBytes(), Math.min(4L << 20, dirtyBytes / 4));
  }
}
