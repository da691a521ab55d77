package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.ScrubOptions;

/** What keeping a store in order costs: sweeps, alone and beside a writer, and scrubs. */
final class Maintenance {
  private static final double SLOWDOWN_LIMIT = 1.3;
  private static final int SMALL_BLOCK_BYTES = 4 << 10;
  private static final int CLONES = 100;

  private final Path directory;
  private final long bytes;
  private final int rounds;

  /**
   * @param bytes of one run; whole buffers of {@link RandomBytes#BUFFER_BYTES}
   */
  Maintenance(Path directory, long bytes, int rounds) {
    this.directory = directory;
    this.bytes = bytes / RandomBytes.BUFFER_BYTES * RandomBytes.BUFFER_BYTES;
    this.rounds = rounds;
  }

  /**
   * Sweeps: how many references are marked, how much is freed against writing it, and how long a
   * writer takes beside one sweep after the other, against alone.
   */
  List<Result> sweeps() throws IOException {
    List<Result> results = new ArrayList<>();
    List<Sample> marks = new ArrayList<>();
    List<Sample> none = new ArrayList<>();
    List<Sample> frees = new ArrayList<>();
    List<Sample> writes = new ArrayList<>();
    List<Sample> beside = new ArrayList<>();
    List<Sample> alone = new ArrayList<>();
    Path store = directory.resolve("store");
    Stores.delete(store);
    try (FileSystem files = Stores.create(store, "fixed:4k")) {
      DedupFileSystem dedup = (DedupFileSystem) files;
      Path first = files.getPath("/first");
      write(first, 1, bytes / 8);
      for (int i = 0; i < CLONES; i++) {
        Files.copy(first, files.getPath("/clone" + i));
      }
      for (int i = 0; i < rounds; i++) {
        marks.add(Sample.of(() -> dedup.sweep(true)));
        none.add(marks.get(i));
      }
      results.add(
          new Result(
              "sweep, references marked",
              "itself",
              Result.Measure.WALL,
              (CLONES + 1) * (bytes / 8.0) / SMALL_BLOCK_BYTES / 1e3,
              "k",
              marks,
              none,
              0));
    }
    Stores.delete(store);
    try (FileSystem files = Stores.create(store)) {
      DedupFileSystem dedup = (DedupFileSystem) files;
      write(files.getPath("/warm"), 2, bytes);
      for (int i = 0; i < rounds; i++) {
        Path file = files.getPath("/file" + i);
        long seed = 10L + i;
        writes.add(Sample.of(() -> write(file, seed, bytes)));
        Files.delete(file);
        frees.add(Sample.of(dedup::sweep));
      }
      results.add(
          new Result(
              "sweep, bytes freed",
              "writing them",
              Result.Measure.WALL,
              bytes / 1e6,
              "MB",
              frees,
              writes,
              0));
      clones(files);
      for (int i = 0; i < rounds; i++) {
        Path file = files.getPath("/alone" + i);
        Path other = files.getPath("/beside" + i);
        long seed = 100L + 2L * i;
        alone.add(Sample.of(() -> write(file, seed, bytes)));
        beside.add(besideSweeps(dedup, () -> write(other, seed + 1, bytes)));
        Files.delete(file);
        Files.delete(other);
      }
      results.add(
          new Result(
              "unique, durable, beside sweeps",
              "alone",
              Result.Measure.WALL,
              bytes / 1e6,
              "MB",
              beside,
              alone,
              SLOWDOWN_LIMIT));
    }
    Stores.delete(store);
    return results;
  }

  /** Something for each sweep to mark. */
  private static void clones(FileSystem files) throws IOException {
    Path small = files.getPath("/small");
    Files.createDirectory(small);
    for (int i = 0; i < CLONES; i++) {
      Files.copy(files.getPath("/warm"), small.resolve("clone" + i));
    }
  }

  private static Sample besideSweeps(DedupFileSystem dedup, Sample.Task task) throws IOException {
    AtomicBoolean over = new AtomicBoolean();
    FutureTask<Void> sweeps =
        new FutureTask<>(
            (Callable<Void>)
                () -> {
                  while (!over.get()) {
                    dedup.sweep();
                  }
                  return null;
                });
    new Thread(sweeps, "sweeps").start();
    try {
      return Sample.of(task);
    } finally {
      over.set(true);
      end(sweeps);
    }
  }

  private static void end(FutureTask<Void> task) throws IOException {
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("a sweep has failed", e.getCause());
    }
  }

  /** A scrub against {@code sha256sum} of the same bytes in a plain file. */
  Result scrubs(String chunking) throws IOException {
    List<Sample> runs = new ArrayList<>();
    List<Sample> hashes = new ArrayList<>();
    Path store = directory.resolve("store");
    Path plain = directory.resolve("plain");
    Stores.delete(store);
    write(plain, 3, bytes);
    try (FileSystem files = Stores.create(store, chunking)) {
      DedupFileSystem dedup = (DedupFileSystem) files;
      write(files.getPath("/file"), 3, bytes);
      for (int i = 0; i < rounds; i++) {
        hashes.add(Sample.of(() -> sha256sum(plain)));
        runs.add(
            Sample.of(() -> dedup.scrub(ScrubOptions.DEFAULT.withRestart(true), finding -> {})));
      }
    }
    Files.delete(plain);
    Stores.delete(store);
    return new Result(
        "scrub " + chunking, "sha256sum", Result.Measure.WALL, bytes / 1e6, "MB", runs, hashes, 0);
  }

  private static void sha256sum(Path file) throws IOException {
    Process process =
        new ProcessBuilder("sha256sum", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException("sha256sum: exit code " + code);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void write(Path file, long seed, long bytes) throws IOException {
    RandomBytes source = new RandomBytes(seed);
    ByteBuffer buffer = ByteBuffer.allocate(RandomBytes.BUFFER_BYTES);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long done = 0; done < bytes; done += buffer.capacity()) {
        source.fill(done, buffer.array());
        buffer.clear();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.force(true);
    }
  }
}
