package org.dedupfs.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.SweepSummary;
import org.dedupfs.testing.RandomOperations;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Writers, removals, clones and sweeps at once on a real store. All files consist of a few pieces
 * that all writers share, so that blocks die and are found again all the time, most of them while a
 * sweep looks at them. {@code -Dminutes=} makes it last; {@code -Dseed=} makes the writers choose
 * the same again.
 */
class SweepTortureTest {
  private static final int WRITERS = 6;
  private static final int SHORT_SWEEPS = 6;
  private static final int PATIENCE_MINUTES = 5;

  @TempDir Path host;

  @ParameterizedTest
  @ValueSource(strings = {"fixed:16k", "cdc:4k"})
  void sweeps_take_nothing_that_a_file_uses(String chunking) throws Exception {
    long seed = Long.getLong("seed", RandomOperations.newSeed());
    System.out.println(chunking + " -Dseed=" + seed);
    Path directory = host.resolve("store");
    DedupOptions options =
        DedupOptions.builder().chunking(chunking).memoryBytes(128L << 20).build();
    List<SweepTortureWriter> writers = new ArrayList<>();
    try (DedupFileSystem store = DedupFileSystems.create(directory, options)) {
      for (int i = 0; i < WRITERS; i++) {
        Path own = Files.createDirectory(store.getPath("/writer" + i));
        writers.add(new SweepTortureWriter(own, new SplittableRandom(seed + i)));
      }
      torture(store, writers, seed);
      verify(store, writers);
      store.sweep();
      verify(store, writers);
    }
    DedupOptions asStored = DedupOptions.builder().memoryBytes(128L << 20).build();
    try (DedupFileSystem store = DedupFileSystems.open(directory, asStored)) {
      verify(store, writers);
      for (SweepTortureWriter writer : writers) {
        writer.removeAll(store);
      }
      store.sweep();
      assertThat(store.statistics().blocks()).as("blocks that no file uses").isZero();
    }
  }

  /** Sweeps until the time is over and enough was swept; then ends the writers. */
  private static void torture(DedupFileSystem store, List<SweepTortureWriter> writers, long seed)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Integer.getInteger("minutes", 0));
    SplittableRandom random = new SplittableRandom(~seed);
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    int sweeps = 0;
    long deleted = 0;
    try {
      List<Future<Integer>> done = new ArrayList<>();
      for (SweepTortureWriter writer : writers) {
        done.add(threads.submit(() -> writer.run(over)));
      }
      try {
        while (sweeps < SHORT_SWEEPS || deleted == 0 || System.nanoTime() - end < 0) {
          SweepSummary summary = store.sweep(random.nextInt(8) == 0);
          deleted += summary.blocksDeleted();
          sweeps++;
          for (Future<Integer> each : done) {
            if (each.isDone()) { // before it was told to, so it has failed
              each.get();
            }
          }
        }
      } finally {
        over.set(true);
      }
      int operations = 0;
      for (Future<Integer> each : done) {
        operations += each.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
      }
      System.out.printf("%d sweeps, %d blocks swept, %d operations%n", sweeps, deleted, operations);
    } finally {
      threads.shutdown();
    }
  }

  private static void verify(DedupFileSystem store, List<SweepTortureWriter> writers)
      throws IOException {
    for (SweepTortureWriter writer : writers) {
      writer.verify(store);
    }
  }
}
