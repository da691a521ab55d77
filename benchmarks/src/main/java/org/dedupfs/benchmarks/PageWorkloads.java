package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.StoreStatistics;
import org.dedupfs.benchmarks.Workload.Door;
import org.dedupfs.benchmarks.report.Space;
import org.dedupfs.benchmarks.report.Spread;
import org.dedupfs.benchmarks.report.Unit;

/** 4 KiB at a time, by the Java API. */
final class PageWorkloads {
  private static final double CACHED_READS = 250_000;
  private static final double UNCACHED_SPEED = 0.5;
  private static final double OVERWRITES = 20_000;
  private static final double STORED_FACTOR = 12;

  /** So little that a store keeps all of it in memory. */
  private static final long CACHED_BYTES = 16L << 20;

  /** For each of them one read from memory would not be worth measuring. */
  private static final int CACHED_TIMES = 20;

  private static final int SMALL_BLOCK_BYTES = 16 << 10;
  private static final int APPENDS_DIVISOR = 20;
  private static final int THREADS = 4;

  private PageWorkloads() {}

  static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    for (int threads : new int[] {1, THREADS}) {
      all.add(
          of(
              "page-read-cached-" + threads,
              "read 4 KiB at random places, blocks cached, " + threads(threads),
              (bench, measured) -> cached(bench, measured, threads)));
    }
    for (int threads : new int[] {1, THREADS}) {
      all.add(
          of(
              "page-read-uncached-" + threads,
              "read 4 KiB at random places, nothing cached, fixed:16k, " + threads(threads),
              (bench, measured) -> uncached(bench, measured, threads)));
    }
    for (String chunking : List.of("fixed:128k", "cdc:64k")) {
      String kind = chunking.substring(0, chunking.indexOf(':'));
      for (int threads : new int[] {1, THREADS}) {
        all.add(
            of(
                "page-overwrite-" + kind + "-" + threads,
                "overwrite 4 KiB at random places, durable at the end, "
                    + chunking
                    + ", "
                    + threads(threads),
                (bench, measured) -> overwrites(bench, measured, chunking, threads)));
      }
      all.add(
          of(
              "page-append-" + kind,
              "append 4 KiB and fsync, again and again, " + chunking,
              (bench, measured) -> appends(bench, measured, chunking)));
    }
    return all;
  }

  private static Workload of(String name, String title, Workload.Body body) {
    return new Workload(name, Door.API, title, Unit.OPERATIONS, body);
  }

  private static String threads(int threads) {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  private static Path plain(Bench bench) {
    return bench.directory().resolve("plain");
  }

  private static void write(Bench bench, TestStore store, long bytes) throws IOException {
    StreamFile stream = new StreamFile(bytes, bench.stop());
    MadeBytes source = new MadeBytes(3);
    Lap unusedInStore = stream.write(CpuClock.PROCESS, store.path("/file"), source);
    Lap unusedOnDisk = stream.write(CpuClock.PROCESS, plain(bench), source);
    store.reopen();
  }

  private static void cached(Bench bench, Measured measured, int threads) throws IOException {
    long bytes = Math.min(CACHED_BYTES, bench.sizes().streamBytes());
    PageWork work = new PageWork(threads, bench.sizes().operations() * CACHED_TIMES, bench.stop());
    try (TestStore store = bench.store("cdc:64k")) {
      write(bench, store, bytes);
      Contender ours =
          Contender.ours(
              round ->
                  Lap.of(CpuClock.PROCESS, () -> work.read(store.path("/file"), bytes, round)));
      Contender disk =
          Contender.baseline(
              "plain file, cached",
              round -> Lap.of(CpuClock.PROCESS, () -> work.read(plain(bench), bytes, round)));
      Laps laps = measured.race(ours, disk);
      if (threads == 1) {
        measured.atLeast(
            "reads per second", laps.each(round -> laps.perSecond(ours, round)), CACHED_READS);
      }
      measured.compare("speed / plain file, cached", laps.speedRatio(ours, disk));
    } finally {
      Files.deleteIfExists(plain(bench));
    }
  }

  private static void uncached(Bench bench, Measured measured, int threads) throws IOException {
    long bytes = bench.sizes().streamBytes();
    PageWork work = new PageWork(threads, bench.sizes().operations(), bench.stop());
    try (TestStore store = bench.store("fixed:16k")) {
      write(bench, store, bytes);
      boolean direct = takesDirect(work, plain(bench), bytes);
      Contender ours =
          Contender.ours(
              round -> {
                store.reopenCold();
                return Lap.of(
                    CpuClock.PROCESS,
                    () ->
                        work.readApart(
                            store.path("/file"), bytes, SMALL_BLOCK_BYTES, round, false));
              });
      Contender disk =
          Contender.baseline(
              "plain file, nothing cached",
              round -> {
                NativeFiles.dropPages(plain(bench));
                return Lap.of(
                    CpuClock.PROCESS,
                    () -> work.readApart(plain(bench), bytes, SMALL_BLOCK_BYTES, round, direct));
              });
      Laps laps = measured.race(ours, disk);
      measured.atLeast(
          "speed / plain file, nothing cached", laps.speedRatio(ours, disk), UNCACHED_SPEED);
      if (!direct) {
        measured.note("this disk takes no direct I/O; the kernel may have read ahead");
      }
    } finally {
      Files.deleteIfExists(plain(bench));
    }
  }

  private static boolean takesDirect(PageWork work, Path file, long bytes) throws IOException {
    PageWork one = new PageWork(1, 1, work.stop());
    try {
      return one.readApart(file, bytes, SMALL_BLOCK_BYTES, 0, true) > 0;
    } catch (Stop.StoppedException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static void overwrites(Bench bench, Measured measured, String chunking, int threads)
      throws IOException {
    long bytes = bench.sizes().streamBytes();
    PageWork work = new PageWork(threads, bench.sizes().operations(), bench.stop());
    try (TestStore store = bench.store(chunking)) {
      write(bench, store, bytes);
      StoreStatistics before = store.statistics();
      double[] written = new double[1];
      Contender ours =
          Contender.ours(
              round -> {
                Lap lap =
                    Lap.of(
                        CpuClock.PROCESS, () -> work.overwrite(store.path("/file"), bytes, round));
                written[0] += lap.amount() * PageWork.PAGE_BYTES;
                return lap;
              });
      Contender disk =
          Contender.baseline(
              "plain file + fsync",
              round -> Lap.of(CpuClock.PROCESS, () -> work.overwrite(plain(bench), bytes, round)));
      Laps laps = measured.race(ours, disk);
      stored(measured, (long) written[0], store.since(before));
      measured.atLeast(
          "overwrites per second", laps.each(round -> laps.perSecond(ours, round)), OVERWRITES);
      measured.compare("speed / plain file + fsync", laps.speedRatio(ours, disk));
    } finally {
      Files.deleteIfExists(plain(bench));
    }
  }

  private static void appends(Bench bench, Measured measured, String chunking) throws IOException {
    int count = Math.max(1, bench.sizes().operations() / APPENDS_DIVISOR);
    PageWork work = new PageWork(1, count, bench.stop());
    try (TestStore store = bench.store(chunking)) {
      StoreStatistics before = store.statistics();
      double[] written = new double[1];
      Contender ours =
          Contender.ours(
              round -> {
                Lap lap = Lap.of(CpuClock.PROCESS, () -> work.append(store.path("/log"), round));
                written[0] += lap.amount() * PageWork.PAGE_BYTES;
                return lap;
              });
      Contender disk =
          Contender.baseline(
              "plain file + fsync each",
              round -> Lap.of(CpuClock.PROCESS, () -> work.append(plain(bench), round)));
      Laps laps = measured.race(ours, disk);
      stored(measured, (long) written[0], store.since(before));
      measured.compare("speed / plain file + fsync each", laps.speedRatio(ours, disk));
    } finally {
      Files.deleteIfExists(plain(bench));
    }
  }

  private static void stored(Measured measured, long writtenBytes, Space grown) {
    Space space = new Space(writtenBytes, grown.storedBytes());
    measured.space(space);
    measured.atMost("bytes stored / written", Spread.of(space.factor()), STORED_FACTOR);
  }
}
