package org.dedupfs.benchmarks;

import java.time.Duration;
import java.util.Locale;

/**
 * How much is done.
 *
 * @param streamBytes of a sequential write or read
 * @param files that are made, listed, stat'ed and deleted; also of a tree that is imported
 * @param clonedFiles of a tree that is cloned
 * @param operations on 4 KiB at random places
 * @param scale how far a store grows where growth is measured: files, or extents
 * @param warmUps rounds that do not count
 * @param rounds that count, if there is time
 * @param warmUp how long a store is used, at most, before anything is measured, and as long a
 *     mount: compilers need that, and what they have compiled serves all workloads
 * @param patience after which a workload begins no more rounds, unless none has counted
 */
record RunSizes(
    long streamBytes,
    int files,
    int clonedFiles,
    int operations,
    int scale,
    int warmUps,
    int rounds,
    Duration warmUp,
    Duration patience) {
  static final RunSizes QUICK =
      new RunSizes(
          64L << 20, 200, 2_000, 2_000, 20_000, 1, 3, Duration.ofSeconds(8), Duration.ofSeconds(1));
  static final RunSizes USUAL =
      new RunSizes(
          256L << 20,
          3_000,
          10_000,
          20_000,
          200_000,
          2,
          5,
          Duration.ofSeconds(25),
          Duration.ofSeconds(10));
  static final RunSizes FULL =
      new RunSizes(
          1L << 30,
          10_000,
          10_000,
          100_000,
          1_000_000,
          3,
          9,
          Duration.ofMinutes(1),
          Duration.ofMinutes(3));

  RunSizes withStream(long bytes) {
    long whole = Math.max(1, bytes / MadeBytes.BUFFER_BYTES) * MadeBytes.BUFFER_BYTES;
    return new RunSizes(
        whole, files, clonedFiles, operations, scale, warmUps, rounds, warmUp, patience);
  }

  RunSizes withFiles(int count) {
    return new RunSizes(
        streamBytes, count, count, operations, scale, warmUps, rounds, warmUp, patience);
  }

  RunSizes withOperations(int count) {
    return new RunSizes(
        streamBytes, files, clonedFiles, count, scale, warmUps, rounds, warmUp, patience);
  }

  RunSizes withRounds(int count) {
    return new RunSizes(
        streamBytes,
        files,
        clonedFiles,
        operations,
        scale,
        Math.min(warmUps, count),
        count,
        warmUp,
        patience);
  }

  RunSizes withScale(int count) {
    return new RunSizes(
        streamBytes, files, clonedFiles, operations, count, warmUps, rounds, warmUp, patience);
  }

  /** The most that lies on the disk at a time: all rounds of a stream, with their baseline. */
  long diskBytes() {
    return (warmUps + rounds + 3) * streamBytes + (256L << 20);
  }

  /** The same where growth is measured: ten streams after three to warm up, and small blocks. */
  long scaleDiskBytes() {
    return 14 * streamBytes + scale * 8_000L + (256L << 20);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "streams of %d MiB, %,d files, %,d cloned, %,d operations on 4 KiB, growth to %,d; up to %d"
            + " rounds after %d to warm up",
        streamBytes >> 20,
        files,
        clonedFiles,
        operations,
        scale,
        rounds,
        warmUps);
  }
}
