package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.ScrubOptions;
import org.dedupfs.benchmarks.Workload.Door;
import org.dedupfs.benchmarks.report.Unit;

/** What keeping a store in order costs: sweeps, alone and beside a writer, and scrubs. */
final class CareWorkloads {
  private static final double SLOWDOWN = 1.3;
  private static final int CLONES = 100;

  private CareWorkloads() {}

  static List<Workload> all() {
    return List.of(
        of("sweep", "free what is no longer used, beside writing it", CareWorkloads::sweeps),
        of(
            "write-beside-sweeps",
            "write new random bytes, durable, while one sweep follows the other",
            CareWorkloads::besideSweeps),
        of("scrub", "read and verify all blocks", CareWorkloads::scrubs));
  }

  private static Workload of(String name, String title, Workload.Body body) {
    return new Workload(name, Door.API, title, Unit.BYTES, body);
  }

  private static void sweeps(Bench bench, Measured measured) throws IOException {
    try (TestStore store = bench.store("cdc:64k")) {
      StreamFile stream = bench.stream();
      Lap unused = stream.write(CpuClock.PROCESS, store.path("/kept"), new MadeBytes(2));
      Contender sweep =
          Contender.ours(
              round -> {
                Path file = store.path("/swept" + round);
                Lap unusedUnmeasured =
                    stream.write(CpuClock.PROCESS, file, new MadeBytes(1000L + round));
                Files.delete(file);
                return Lap.of(
                    CpuClock.PROCESS,
                    () -> {
                      long freed = store.files().sweep().storedBytesDeleted();
                      if (freed == 0) {
                        throw new IOException("a sweep has freed nothing");
                      }
                      return freed;
                    });
              });
      Contender write =
          Contender.baseline(
              "writing as much",
              round -> {
                Path file = store.path("/written" + round);
                Lap lap = stream.write(CpuClock.PROCESS, file, new MadeBytes(10L + round));
                Files.delete(file);
                return lap;
              });
      Laps laps = measured.race(sweep, write);
      measured.compare("speed / writing as much", laps.speedRatio(sweep, write));
    }
  }

  private static void besideSweeps(Bench bench, Measured measured) throws IOException {
    try (TestStore store = bench.store("cdc:64k")) {
      StreamFile stream = bench.stream();
      Path first = store.path("/first");
      Lap unused = stream.write(CpuClock.PROCESS, first, new MadeBytes(2));
      for (int i = 0; i < CLONES; i++) {
        Files.copy(first, store.path("/clone" + i)); // something for each sweep to mark
      }
      Contender beside =
          Contender.ours(round -> beside(store.files(), written(bench, store, 2 * round)));
      Contender alone =
          Contender.baseline("alone", round -> written(bench, store, 2 * round + 1).lap());
      Laps laps = measured.race(beside, alone);
      measured.atMost("time / alone", laps.timeRatio(beside, alone), SLOWDOWN);
    }
  }

  /** One lap of something. */
  @FunctionalInterface
  private interface Work {
    Lap lap() throws IOException;
  }

  private static Work written(Bench bench, TestStore store, int seed) {
    return () -> {
      Path file = store.path("/new" + seed);
      Lap lap = bench.stream().write(CpuClock.PROCESS, file, new MadeBytes(100L + seed));
      Files.delete(file);
      return lap;
    };
  }

  private static Lap beside(DedupFileSystem files, Work work) throws IOException {
    AtomicBoolean over = new AtomicBoolean();
    FutureTask<Integer> sweeps =
        new FutureTask<>(
            (Callable<Integer>)
                () -> {
                  int count = 0;
                  while (!over.get()) {
                    count += files.sweep().blocksDeleted() >= 0 ? 1 : 0;
                  }
                  return count;
                });
    new Thread(sweeps, "sweeps").start();
    try {
      return work.lap();
    } finally {
      over.set(true);
      int unusedSwept = Parallel.result(sweeps);
    }
  }

  private static void scrubs(Bench bench, Measured measured) throws IOException {
    Path plain = bench.directory().resolve("plain");
    try (TestStore store = bench.store("cdc:64k")) {
      StreamFile stream = bench.stream();
      Lap unusedInStore = stream.write(CpuClock.PROCESS, store.path("/file"), new MadeBytes(3));
      Lap unusedOnDisk = stream.write(CpuClock.PROCESS, plain, new MadeBytes(3));
      store.reopen();
      long bytes = bench.sizes().streamBytes();
      Contender scrub =
          Contender.ours(
              round ->
                  Lap.of(
                      CpuClock.PROCESS,
                      () -> {
                        ScrubOptions options = ScrubOptions.DEFAULT.withRestart(true);
                        long damaged = store.files().scrub(options, finding -> {}).damagedBlocks();
                        if (damaged > 0) {
                          throw new IOException(damaged + " damaged blocks");
                        }
                        return bytes;
                      }));
      Contender hash =
          Contender.baseline("hashing a plain file", round -> stream.readAndHash(plain));
      Laps laps = measured.race(scrub, hash);
      measured.compare("speed / hashing a plain file", laps.speedRatio(scrub, hash));
    } finally {
      Files.deleteIfExists(plain);
    }
  }
}
