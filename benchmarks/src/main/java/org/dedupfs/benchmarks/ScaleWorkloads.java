package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.dedupfs.benchmarks.Workload.Door;
import org.dedupfs.benchmarks.report.Spread;
import org.dedupfs.benchmarks.report.Unit;

/**
 * What an operation costs when a store has grown, against what it cost at the beginning, by the
 * Java API: all is done in ten parts, of which the last three are compared with the first three.
 */
final class ScaleWorkloads {
  private static final double GROWTH = 1.3;
  private static final int PARTS = 10;
  private static final int COMPARED = 3;
  private static final int FILES_PER_DIRECTORY = 1_000;
  private static final int PAGE_BYTES = 4 << 10;

  /** Far apart, so that each page is an extent with a hole behind it. */
  private static final int STRIDE_BYTES = 100 << 10;

  private static final int OPEN_DIVISOR = 100;
  private static final int READS_OF_OPEN = 1_000;

  private ScaleWorkloads() {}

  static List<Workload> all() {
    return List.of(
        of(
            "scale-directory",
            "create files in one directory",
            Unit.FILES,
            (bench, measured) -> files(bench, measured, bench.sizes().scale() + 1)),
        of(
            "scale-files",
            "create files, a thousand in a directory",
            Unit.FILES,
            (bench, measured) -> files(bench, measured, FILES_PER_DIRECTORY)),
        of(
            "scale-look-up",
            "stat files anywhere among more and more",
            Unit.FILES,
            ScaleWorkloads::lookUps),
        of(
            "scale-extents",
            "write 4 KiB behind 96 KiB of hole, in one sparse file",
            Unit.OPERATIONS,
            ScaleWorkloads::extents),
        of(
            "scale-open",
            "read 4 KiB of one of more and more open files of the same bytes",
            Unit.OPERATIONS,
            ScaleWorkloads::openFiles),
        of(
            "scale-stream",
            "write one stream of new random bytes after the other, durable",
            Unit.BYTES,
            ScaleWorkloads::streams));
  }

  private static Workload of(String name, String title, Unit unit, Workload.Body body) {
    return new Workload(name, Door.API, title, unit, body);
  }

  /** What makes a store grow, in parts. */
  @FunctionalInterface
  private interface Growth {
    /** Does the next part. */
    Lap lap(TestStore store, int part) throws IOException;

    /** Before the store is closed. */
    default void end() throws IOException {}
  }

  /**
   * Does all parts and compares, after some of them elsewhere: what is compiled late would make the
   * beginning dear.
   */
  private static void grow(Bench bench, Measured measured, Growth growth) throws IOException {
    try (TestStore warm = bench.store("cdc:64k")) {
      for (int i = 0; i < COMPARED; i++) {
        bench.tell("warming up");
        Lap unused = growth.lap(warm, i);
      }
      growth.end();
    }
    try (TestStore store = bench.store("cdc:64k")) {
      compare(bench, measured, part -> growth.lap(store, part));
      growth.end();
    }
  }

  /** One of the parts. */
  @FunctionalInterface
  private interface Part {
    Lap lap(int part) throws IOException;
  }

  private static void compare(Bench bench, Measured measured, Part part) throws IOException {
    Contender end = Contender.ours(round -> part.lap(round));
    Contender beginning = Contender.baseline("at the beginning", round -> part.lap(round));
    Laps laps = new Laps(List.of(end, beginning));
    double early = 0;
    ResidentMemory.SELF.forget();
    for (int i = 0; i < PARTS; i++) {
      bench.stop().check();
      bench.tell("part " + (i + 1) + " of " + PARTS);
      if (i == PARTS - COMPARED) {
        ResidentMemory.SELF.forget();
      }
      Lap lap = part.lap(i);
      if (i < COMPARED) {
        laps.add(beginning, lap);
        early = ResidentMemory.SELF.peakBytes();
      } else if (i >= PARTS - COMPARED) {
        laps.add(end, lap);
      }
    }
    measured.keep(laps);
    measured.atMost("CPU for each / at the beginning", laps.cpuRatio(end, beginning), GROWTH);
    measured.atMost("time for each / at the beginning", laps.timeRatio(end, beginning), GROWTH);
    measured.compare(
        "resident memory / at the beginning", Spread.of(ResidentMemory.SELF.peakBytes() / early));
  }

  private static void files(Bench bench, Measured measured, int perDirectory) throws IOException {
    int each = Math.max(1, bench.sizes().scale() / PARTS);
    grow(bench, measured, (store, part) -> created(bench, store, part, each, perDirectory));
  }

  private static Path file(TestStore store, int number, int perDirectory) {
    return store.path("/d" + number / perDirectory + "/file" + number);
  }

  private static Lap created(Bench bench, TestStore store, int part, int each, int perDirectory)
      throws IOException {
    return Lap.of(
        CpuClock.PROCESS,
        () -> {
          for (int i = part * each; i < (part + 1) * each; i++) {
            if (i % FILES_PER_DIRECTORY == 0) {
              bench.stop().check();
            }
            Path file = file(store, i, perDirectory);
            if (i % perDirectory == 0) {
              Files.createDirectory(file.getParent());
            }
            Files.createFile(file);
          }
          store.files().sync();
          return each;
        });
  }

  private static void lookUps(Bench bench, Measured measured) throws IOException {
    int each = Math.max(1, bench.sizes().scale() / PARTS);
    grow(bench, measured, (store, part) -> lookedUp(bench, store, part, each));
  }

  private static Lap lookedUp(Bench bench, TestStore store, int part, int each) throws IOException {
    Lap unused = created(bench, store, part, each, FILES_PER_DIRECTORY);
    SplittableRandom random = new SplittableRandom(part);
    int all = (part + 1) * each;
    return Lap.of(
        CpuClock.PROCESS,
        () -> {
          for (int i = 0; i < each; i++) {
            if (i % FILES_PER_DIRECTORY == 0) {
              bench.stop().check();
            }
            if (Files.size(file(store, random.nextInt(all), FILES_PER_DIRECTORY)) != 0) {
              throw new IOException("an empty file has bytes");
            }
          }
          return each;
        });
  }

  private static void extents(Bench bench, Measured measured) throws IOException {
    int each = Math.max(1, bench.sizes().scale() / PARTS);
    grow(bench, measured, (store, part) -> written(bench, store.path("/sparse"), part, each));
  }

  private static Lap written(Bench bench, Path file, int part, int each) throws IOException {
    ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
    return Lap.of(
        CpuClock.PROCESS,
        () -> {
          try (FileChannel channel =
              FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            for (int i = part * each; i < (part + 1) * each; i++) {
              if (i % FILES_PER_DIRECTORY == 0) {
                bench.stop().check();
              }
              page.clear().putLong(MadeBytes.mix(i)).rewind();
              while (page.hasRemaining()) {
                channel.write(page, (long) i * STRIDE_BYTES + page.position());
              }
            }
            channel.force(true);
          }
          return each;
        });
  }

  private static void openFiles(Bench bench, Measured measured) throws IOException {
    int each = Math.max(1, bench.sizes().scale() / OPEN_DIVISOR / PARTS);
    List<AutoCloseable> open = new ArrayList<>();
    try {
      grow(
          bench,
          measured,
          new Growth() {
            @Override
            public Lap lap(TestStore store, int part) throws IOException {
              return opened(bench, store, open, part, each);
            }

            @Override
            public void end() throws IOException {
              MountWorkloads.closeAll(open);
              open.clear();
            }
          });
    } finally {
      MountWorkloads.closeAll(open);
    }
  }

  /** All with the same bytes: what is asked is what a file costs, not what a cache holds. */
  private static Lap opened(
      Bench bench, TestStore store, List<AutoCloseable> open, int part, int each)
      throws IOException {
    byte[] bytes = new byte[PAGE_BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    for (int i = 0; i < each; i++) {
      bench.stop().check();
      int number = part * each + i;
      Path file = Files.write(store.path("/open" + number), bytes);
      open.add(FileChannel.open(file, StandardOpenOption.READ));
    }
    store.files().sync();
    SplittableRandom random = new SplittableRandom(part);
    ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
    int reads = each * READS_OF_OPEN;
    return Lap.of(
        CpuClock.PROCESS,
        () -> {
          for (int i = 0; i < reads; i++) {
            FileChannel channel = (FileChannel) open.get(random.nextInt(open.size()));
            if (channel.read(page.clear(), 0) != PAGE_BYTES) {
              throw new IOException("a short read");
            }
          }
          return reads;
        });
  }

  private static void streams(Bench bench, Measured measured) throws IOException {
    StreamFile stream = bench.stream();
    grow(
        bench,
        measured,
        (store, part) ->
            stream.write(CpuClock.PROCESS, store.path("/" + part), new MadeBytes(200L + part)));
  }
}
