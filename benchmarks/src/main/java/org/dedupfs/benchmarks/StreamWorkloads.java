package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.StoreStatistics;
import org.dedupfs.benchmarks.Workload.Door;
import org.dedupfs.benchmarks.report.Unit;

/** One large file, from front to back, by the Java API. */
final class StreamWorkloads {
  private static final String SHA = "SHA-256 alone";
  private static final String FIXED = "fixed:128k";
  private static final String CDC = "cdc:64k";

  private static final double FIXED_DUPLICATES_CPU = 1.4;
  private static final double FIXED_DUPLICATES_SPEED = 1.3;
  private static final double CDC_DUPLICATES_CPU = 2.5;

  /** Java 25 compiles the search for cuts better. */
  private static final double CDC_DUPLICATES_CPU_NEW_JAVA = 2.2;

  private static final int NEW_JAVA = 25;
  private static final double UNIQUE_CPU = 3;
  private static final double UNIQUE_SPEED = 0.9;
  private static final double COMPRESSIBLE_CPU = 1.35;
  private static final double WARM_CPU = 2;
  private static final double COLD_SPEED = 0.8;

  private StreamWorkloads() {}

  static List<Workload> all() {
    double cdcCpu =
        Runtime.version().feature() >= NEW_JAVA ? CDC_DUPLICATES_CPU_NEW_JAVA : CDC_DUPLICATES_CPU;
    return List.of(
        of(
            "write-duplicate-fixed",
            "write what is stored already, " + FIXED,
            (bench, measured) -> {
              Laps laps = duplicates(bench, measured, FIXED, FIXED_DUPLICATES_CPU);
              List<Contender> all = laps.contenders();
              measured.atLeast(
                  "speed / SHA-256 on one core",
                  laps.speedRatio(all.get(0), all.get(1)),
                  FIXED_DUPLICATES_SPEED);
            }),
        of(
            "write-duplicate-cdc",
            "write what is stored already, " + CDC,
            (bench, measured) -> duplicates(bench, measured, CDC, cdcCpu)),
        of(
            "write-unique-fixed",
            "write new random bytes, durable, " + FIXED,
            (bench, measured) -> unique(bench, measured, FIXED)),
        of(
            "write-unique-cdc",
            "write new random bytes, durable, " + CDC,
            (bench, measured) -> unique(bench, measured, CDC)),
        of(
            "write-compressible",
            "write new text, durable, " + CDC + ", zstd:1",
            StreamWorkloads::compressible),
        of(
            "write-shifted",
            "write copies in which all stands a few bytes further back, " + CDC,
            StreamWorkloads::shifted),
        of("read-warm", "read, hashes verified, what the kernel has cached", StreamWorkloads::warm),
        of("read-cold", "read, hashes verified, from the disk", StreamWorkloads::cold));
  }

  private static Workload of(String name, String title, Workload.Body body) {
    return new Workload(name, Door.API, title, Unit.BYTES, body);
  }

  private static Laps duplicates(Bench bench, Measured measured, String chunking, double cpuLimit)
      throws IOException {
    try (TestStore store = bench.store(chunking)) {
      StreamFile stream = bench.stream();
      MadeBytes source = new MadeBytes(1);
      Lap unused = stream.write(CpuClock.PROCESS, store.path("/first"), source);
      StoreStatistics before = store.statistics();
      Contender ours =
          Contender.ours(
              round -> stream.write(CpuClock.PROCESS, store.path("/again" + round), source));
      Contender sha = Contender.baseline(SHA, round -> stream.hash(source));
      Laps laps = measured.race(ours, sha);
      measured.space(store.since(before));
      measured.atMost("CPU / " + SHA, laps.cpuRatio(ours, sha), cpuLimit);
      return laps;
    }
  }

  /** Writes a plain file, durable, which is deleted again. */
  private static Contender plain(Bench bench, StreamFile stream, MadeBytes.Kind kind) {
    Path file = bench.directory().resolve("plain");
    return Contender.baseline(
        "plain file + fsync",
        round -> {
          Lap lap = stream.write(CpuClock.PROCESS, file, new MadeBytes(kind, 1000L + round));
          Files.delete(file);
          return lap;
        });
  }

  private static void unique(Bench bench, Measured measured, String chunking) throws IOException {
    try (TestStore store = bench.store(chunking)) {
      StreamFile stream = bench.stream();
      StoreStatistics before = store.statistics();
      Contender ours =
          Contender.ours(
              round ->
                  stream.write(
                      CpuClock.PROCESS, store.path("/new" + round), new MadeBytes(100L + round)));
      Contender sha = Contender.baseline(SHA, round -> stream.hash(new MadeBytes(100L + round)));
      Contender disk = plain(bench, stream, MadeBytes.Kind.RANDOM);
      Laps laps = measured.race(ours, sha, disk);
      measured.space(store.since(before));
      measured.atMost("CPU / " + SHA, laps.cpuRatio(ours, sha), UNIQUE_CPU);
      measured.atLeast("speed / plain file + fsync", laps.speedRatio(ours, disk), UNIQUE_SPEED);
    }
  }

  private static void compressible(Bench bench, Measured measured) throws IOException {
    try (TestStore store = bench.store(CDC)) {
      StreamFile stream = bench.stream();
      StoreStatistics before = store.statistics();
      Contender ours =
          Contender.ours(
              round ->
                  stream.write(
                      CpuClock.PROCESS,
                      store.path("/text" + round),
                      new MadeBytes(MadeBytes.Kind.TEXT, 100L + round)));
      Contender sha =
          Contender.baseline(
              SHA, round -> stream.hash(new MadeBytes(MadeBytes.Kind.TEXT, 100L + round)));
      Contender zstd =
          Contender.baseline(
              "zstd:1 alone",
              round -> stream.compress(new MadeBytes(MadeBytes.Kind.TEXT, 100L + round)));
      Contender disk = plain(bench, stream, MadeBytes.Kind.TEXT);
      Laps laps = measured.race(ours, sha, zstd, disk);
      measured.space(store.since(before));
      measured.atMost(
          "CPU / (SHA-256 + zstd:1 alone)", laps.cpuRatio(ours, sha, zstd), COMPRESSIBLE_CPU);
      measured.compare("speed / plain file + fsync", laps.speedRatio(ours, disk));
    }
  }

  private static void shifted(Bench bench, Measured measured) throws IOException {
    try (TestStore store = bench.store(CDC)) {
      StreamFile stream = bench.stream();
      MadeBytes source = new MadeBytes(1);
      Lap unused = stream.write(CpuClock.PROCESS, store.path("/first"), source);
      StoreStatistics before = store.statistics();
      Contender ours =
          Contender.ours(
              round ->
                  stream.write(CpuClock.PROCESS, store.path("/copy" + round), source, 77 + round));
      Contender sha = Contender.baseline(SHA, round -> stream.hash(source));
      Laps laps = measured.race(ours, sha);
      measured.space(store.since(before));
      measured.compare("CPU / " + SHA, laps.cpuRatio(ours, sha));
    }
  }

  private static void warm(Bench bench, Measured measured) throws IOException {
    Path plain = bench.directory().resolve("plain");
    try (TestStore store = bench.store(CDC)) {
      StreamFile stream = bench.stream();
      MadeBytes source = new MadeBytes(5);
      Lap unusedInStore = stream.write(CpuClock.PROCESS, store.path("/file"), source);
      Lap unusedOnDisk = stream.write(CpuClock.PROCESS, plain, source);
      store.reopen();
      Contender ours = Contender.ours(round -> stream.read(CpuClock.PROCESS, store.path("/file")));
      Contender sha = Contender.baseline(SHA, round -> stream.hash(source));
      Contender disk =
          Contender.baseline("plain file", round -> stream.read(CpuClock.THREAD, plain));
      Laps laps = measured.race(ours, sha, disk);
      measured.atMost("CPU / " + SHA, laps.cpuRatio(ours, sha), WARM_CPU);
      measured.compare("speed / plain file", laps.speedRatio(ours, disk));
    } finally {
      Files.deleteIfExists(plain);
    }
  }

  private static void cold(Bench bench, Measured measured) throws IOException {
    Path plain = bench.directory().resolve("plain");
    try (TestStore store = bench.store(CDC)) {
      StreamFile stream = bench.stream();
      MadeBytes source = new MadeBytes(5);
      Lap unusedInStore = stream.write(CpuClock.PROCESS, store.path("/file"), source);
      Lap unusedOnDisk = stream.write(CpuClock.PROCESS, plain, source);
      Contender ours =
          Contender.ours(
              round -> {
                store.reopenCold();
                return stream.read(CpuClock.PROCESS, store.path("/file"));
              });
      Contender disk =
          Contender.baseline(
              "cat of a plain file",
              round -> {
                NativeFiles.dropPages(plain);
                return stream.read(CpuClock.THREAD, plain);
              });
      Laps laps = measured.race(ours, disk);
      measured.atLeast("speed / cat of a plain file", laps.speedRatio(ours, disk), COLD_SPEED);
    } finally {
      Files.deleteIfExists(plain);
    }
  }
}
