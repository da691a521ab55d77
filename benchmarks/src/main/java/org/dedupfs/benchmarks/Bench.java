package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dedupfs.benchmarks.report.RunReport.Skipped;
import org.jspecify.annotations.Nullable;

/**
 * What workloads need: places to work in, sizes, and a way to be stopped. For one thread. Closing
 * it ends all mounts.
 */
final class Bench implements AutoCloseable {
  private static final int WARM_UP_OPERATIONS = 400;
  private static final long WARM_UP_BYTES = 4L << 20;
  private static final long WARM_UP_STREAM_BYTES = 64L << 20;

  /** So many in a row, of which each other one cuts the other way. */
  private static final int WARM_UP_STEADY = 4;

  private static final double WARM_UP_DIFFERENCE = 0.15;

  private final Path directory;
  private final RunSizes sizes;
  private final Stop stop;
  private final Consumer<String> tells;
  private final List<FilePlace> filePlaces = new ArrayList<>();
  private int stores;
  private int places;
  private @Nullable Mounts mounts;

  /**
   * Works in a directory.
   *
   * @param directory real path of an empty one
   * @param tells what is running
   */
  Bench(Path directory, RunSizes sizes, Stop stop, Consumer<String> tells) {
    this.directory = directory;
    this.sizes = sizes;
    this.stop = stop;
    this.tells = tells;
  }

  Path directory() {
    return directory;
  }

  RunSizes sizes() {
    return sizes;
  }

  Stop stop() {
    return stop;
  }

  /** What is running. */
  void tell(String what) {
    tells.accept(what);
  }

  Rounds rounds() {
    return new Rounds(sizes, stop, tells);
  }

  StreamFile stream() {
    return new StreamFile(sizes.streamBytes(), stop);
  }

  TreeRaces trees() {
    return new TreeRaces(sizes, stop);
  }

  TestStore store(String chunking) throws IOException {
    return TestStore.create(directory.resolve("store" + stores++), chunking);
  }

  /**
   * A new directory on the disk for many files, which stay until the end of the run: see {@link
   * TreeRaces}.
   */
  Path kept(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name + places++));
  }

  /** The same in a mount. */
  Path kept(Mounts.Mounted mounted, String name) throws IOException {
    return Files.createDirectory(mounted.program().mountPoint().resolve(name + places++));
  }

  /** In a mount. */
  ScratchDirectory scratch(Mounts.Mounted mounted, String name) throws IOException {
    return ScratchDirectory.create(mounted.program().mountPoint().resolve(name), stop);
  }

  /**
   * The mounts, which are made when they are first asked for.
   *
   * @throws IOException if mounting is not possible here
   */
  Mounts mounts() throws IOException, InterruptedException {
    Mounts made = mounts;
    if (made == null) {
      tells.accept("mounting");
      made = Mounts.start(directory);
      mounts = made;
      tells.accept("warming up the mounts");
      warmUp(made);
    }
    return made;
  }

  /** Files in each mount and on the disk, the store's first, made when they are first asked for. */
  List<FilePlace> filePlaces() throws IOException, InterruptedException {
    if (filePlaces.isEmpty()) {
      Mounts made = mounts();
      List<Mounts.Mounted> mounted = new ArrayList<>(List.of(made.ours(), made.nothing()));
      mounted.addAll(made.bindfs());
      for (Mounts.Mounted each : mounted) {
        Path root = kept(each, "calls");
        filePlaces.add(FilePlace.make(each.name(), each.program(), root, sizes.files()));
      }
      filePlaces.add(FilePlace.make("disk", null, kept("calls"), sizes.files()));
    }
    return List.copyOf(filePlaces);
  }

  /** What all workloads through a mount have in common; the disk behind bindfs needs none of it. */
  private void warmUp(Mounts made) throws IOException {
    BusyWork work = new BusyWork(2, WARM_UP_OPERATIONS, stop);
    StreamFile small = new StreamFile(WARM_UP_BYTES, stop);
    long end = System.nanoTime() + sizes.warmUp().toNanos();
    for (int i = 0; System.nanoTime() - end < 0; i++) {
      for (Mounts.Mounted each : List.of(made.ours(), made.nothing())) {
        try (ScratchDirectory root = scratch(each, "warm-up")) {
          Path file = root.path().resolve("stream");
          double unusedChanged = work.storm(root.path().resolve("storm"));
          double unusedMixed = work.mixed(root.path().resolve("mixed"), i);
          double unusedWalked = new TreeWork(stop).walk(root.path());
          Lap unusedWritten = small.write(CpuClock.THREAD, file, new MadeBytes(5_000L + i));
          Lap unusedRead = small.read(CpuClock.THREAD, file);
        }
      }
    }
  }

  /**
   * Streams by the Java API until they take about the same time and again, or the time for that is
   * over: else it is the compiler that the first workloads measure.
   */
  void warmUp() throws IOException {
    tells.accept("warming up");
    StreamFile stream = new StreamFile(Math.min(WARM_UP_STREAM_BYTES, sizes.streamBytes()), stop);
    long end = System.nanoTime() + sizes.warmUp().toNanos();
    int steady = 0;
    double last = Double.NaN;
    for (int i = 0; steady < WARM_UP_STEADY && System.nanoTime() - end < 0; i++) {
      try (TestStore store = store(i % 2 == 0 ? "cdc:64k" : "fixed:128k")) {
        double now = streamed(stream, store, i).cpuSeconds();
        steady = Math.abs(now - last) < WARM_UP_DIFFERENCE * now ? steady + 1 : 0;
        last = now;
      }
    }
  }

  /** New bytes, text, the same again, and read. */
  private static Lap streamed(StreamFile stream, TestStore store, int round) throws IOException {
    MadeBytes bytes = new MadeBytes(6_000L + round);
    MadeBytes text = new MadeBytes(MadeBytes.Kind.TEXT, 6_000L + round);
    Path file = store.path("/file");
    return stream
        .write(CpuClock.PROCESS, file, bytes)
        .plus(stream.write(CpuClock.PROCESS, store.path("/copy"), bytes))
        .plus(stream.write(CpuClock.PROCESS, store.path("/text"), text))
        .plus(stream.read(CpuClock.PROCESS, file))
        .plus(stream.hash(bytes))
        .plus(stream.compress(text));
  }

  /** What was missing for the mounts; empty if they were not asked for. */
  List<Skipped> missing() {
    Mounts made = mounts;
    return made == null ? List.of() : made.missing();
  }

  @Override
  public void close() throws IOException {
    filePlaces.forEach(FilePlace::close);
    Mounts made = mounts;
    if (made != null) {
      made.close();
    }
  }
}
