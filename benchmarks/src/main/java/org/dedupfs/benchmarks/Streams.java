package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Workloads on one large file. */
final class Streams {
  private static final int PAGE_BYTES = 4 << 10;
  private static final int OVERWRITES_PER_MIB = 4;
  private static final int WARM_UPS = 10;

  private final Path directory;
  private final long bytes;
  private final int rounds;

  /**
   * @param bytes of one run; whole buffers of {@link RandomBytes#BUFFER_BYTES}
   */
  Streams(Path directory, long bytes, int rounds) {
    this.directory = directory;
    this.bytes = bytes / RandomBytes.BUFFER_BYTES * RandomBytes.BUFFER_BYTES;
    this.rounds = rounds;
  }

  /** CPU to store what is stored already, against hashing it. */
  Result duplicates(String chunking, double limit) throws IOException {
    List<Sample> runs = new ArrayList<>();
    List<Sample> hashes = new ArrayList<>();
    inStore(
        chunking,
        root -> {
          write(root.resolve("first"), 1);
          write(root.resolve("warm"), 1);
          for (int i = 0; i < rounds; i++) {
            Path file = root.resolve("again" + i);
            Sample making = Sample.of(() -> make(1));
            hashes.add(Sample.of(() -> hash(1)).less(making));
            runs.add(Sample.of(() -> write(file, 1)).less(making));
          }
        });
    return result("duplicates " + chunking, "SHA-256", Result.Measure.CPU, runs, hashes, limit);
  }

  /** CPU to make new random bytes durable, against hashing; and time, against the plain disk. */
  List<Result> unique(String chunking, double limit) throws IOException {
    List<Sample> runs = new ArrayList<>();
    List<Sample> hashes = new ArrayList<>();
    List<Sample> disk = new ArrayList<>();
    inStore(
        chunking,
        root -> {
          for (int i = 0; i < WARM_UPS; i++) { // or the compiler threads are what is measured
            write(root.resolve("warm" + i), 90L + i);
          }
          for (int i = 0; i < rounds; i++) {
            long seed = 100L + i;
            Path file = root.resolve("new" + i);
            Path plain = directory.resolve("plain");
            Sample making = Sample.of(() -> make(seed));
            hashes.add(Sample.of(() -> hash(seed)).less(making));
            runs.add(Sample.of(() -> write(file, seed)).less(making));
            disk.add(Sample.of(() -> write(plain, seed)).less(making));
            Files.delete(plain);
          }
        });
    String name = "unique, durable " + chunking;
    return List.of(
        result(name, "SHA-256", Result.Measure.CPU, runs, hashes, limit),
        result(name, "plain file + fsync", Result.Measure.WALL, runs, disk, 0));
  }

  /** Reading from front to back, the first time after opening and again, against the plain disk. */
  List<Result> reads(String chunking) throws IOException {
    List<Sample> cold = new ArrayList<>();
    List<Sample> warm = new ArrayList<>();
    List<Sample> disk = new ArrayList<>();
    Path store = directory.resolve("store");
    Path plain = directory.resolve("plain");
    Stores.delete(store);
    write(plain, 5);
    try (FileSystem files = Stores.create(store, chunking)) {
      write(files.getPath("/file"), 5);
    }
    for (int i = 0; i < rounds; i++) {
      try (FileSystem files = Stores.open(store)) {
        Path file = files.getPath("/file");
        disk.add(Sample.of(() -> read(plain)));
        cold.add(Sample.of(() -> read(file)));
        warm.add(Sample.of(() -> read(file)));
      }
    }
    Stores.delete(store);
    Files.delete(plain);
    return List.of(
        result("read, just opened " + chunking, "plain file", Result.Measure.WALL, cold, disk, 0),
        result("read again " + chunking, "plain file", Result.Measure.WALL, warm, disk, 0));
  }

  /** 4 KiB at random places of a stored file, durable at the end, against the plain disk. */
  Result overwrites(String chunking) throws IOException {
    int count = (int) Math.max(16, (bytes >> 20) * OVERWRITES_PER_MIB);
    List<Sample> runs = new ArrayList<>();
    List<Sample> disk = new ArrayList<>();
    inStore(
        chunking,
        root -> {
          Path file = root.resolve("file");
          Path plain = directory.resolve("plain");
          write(file, 3);
          write(plain, 3);
          for (int i = 0; i < rounds; i++) {
            long seed = i;
            disk.add(Sample.of(() -> overwrite(plain, count, seed)));
            runs.add(Sample.of(() -> overwrite(file, count, seed)));
          }
          Files.delete(plain);
        });
    return new Result(
        "overwrite 4 KiB " + chunking,
        "plain file + fsync",
        Result.Measure.WALL,
        count,
        "ops",
        runs,
        disk,
        0);
  }

  /** Work in a store. */
  @FunctionalInterface
  private interface Work {
    void in(Path root) throws IOException;
  }

  private void inStore(String chunking, Work work) throws IOException {
    Path store = directory.resolve("store");
    Stores.delete(store);
    try (FileSystem files = Stores.create(store, chunking)) {
      work.in(files.getPath("/"));
    }
    Stores.delete(store);
  }

  private Result result(
      String name,
      String baseline,
      Result.Measure measure,
      List<Sample> runs,
      List<Sample> baselines,
      double limit) {
    return new Result(name, baseline, measure, bytes / 1e6, "MB", runs, baselines, limit);
  }

  private void make(long seed) {
    RandomBytes source = new RandomBytes(seed);
    byte[] buffer = new byte[RandomBytes.BUFFER_BYTES];
    for (long done = 0; done < bytes; done += buffer.length) {
      source.fill(done, buffer);
    }
  }

  private void hash(long seed) {
    RandomBytes source = new RandomBytes(seed);
    byte[] buffer = new byte[RandomBytes.BUFFER_BYTES];
    MessageDigest digest = sha256();
    for (long done = 0; done < bytes; done += buffer.length) {
      source.fill(done, buffer);
      digest.update(buffer);
    }
    if (digest.digest().length == 0) {
      throw new AssertionError("nothing was hashed");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(Path file, long seed) throws IOException {
    RandomBytes source = new RandomBytes(seed);
    ByteBuffer buffer = ByteBuffer.allocate(RandomBytes.BUFFER_BYTES);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
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

  private void read(Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(RandomBytes.BUFFER_BYTES);
    long total = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int count = 0; count >= 0; count = channel.read(buffer.clear())) {
        total += count;
      }
    }
    if (total != bytes) {
      throw new IOException(file + " gave " + total + " bytes instead of " + bytes);
    }
  }

  private void overwrite(Path file, int count, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] page = new byte[PAGE_BYTES];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < count; i++) {
        random.nextBytes(page);
        long offset = random.nextLong(bytes / PAGE_BYTES) * PAGE_BYTES;
        channel.write(ByteBuffer.wrap(page), offset);
      }
      channel.force(true);
    }
  }
}
