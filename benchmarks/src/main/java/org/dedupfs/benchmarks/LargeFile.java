package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A file far larger than memory: written, overwritten in many random places, truncated, and read
 * back right by a later opening, with the memory of the process bounded all the while.
 *
 * <p>Arguments: directory, chunking, MiB, overwrites. Fails if a byte is wrong or more than {@value
 * #LIMIT_MIB} MiB were ever resident; to be run with the flags that the {@code dedupfs} command
 * gives its JVM.
 */
public final class LargeFile {
  static final long LIMIT_MIB = 512;

  private static final int PAGE_BYTES = 4 << 10;
  private static final int BUFFER_BYTES = 1 << 20;

  /** The first bytes of a page differ from page to page; the rest is the same in all. */
  private static final int UNIQUE_BYTES = 1536;

  private final Path store;
  private final String chunking;
  private final long bytes;
  private final int overwrites;
  private final byte[] filler = new byte[PAGE_BYTES];

  /** Which pages were overwritten, and the seed of what they hold now. */
  private final Map<Long, Long> overwritten = new TreeMap<>();

  private LargeFile(Path store, String chunking, long bytes, int overwrites) {
    this.store = store;
    this.chunking = chunking;
    this.bytes = bytes;
    this.overwrites = overwrites;
    for (int i = 0; i < PAGE_BYTES; i++) {
      filler[i] = (byte) "a line that is the same everywhere\n".charAt(i % 35);
    }
  }

  public static void main(String[] args) throws IOException {
    Path base = Path.of(args[0]);
    Files.createDirectories(base);
    Path store = base.resolve("large-" + args[1].replace(':', '-'));
    Stores.delete(store);
    try {
      new LargeFile(store, args[1], Long.parseLong(args[2]) << 20, Integer.parseInt(args[3])).run();
    } finally {
      Stores.delete(store);
    }
    long peak = ResidentMemory.SELF.peakBytes() >> 20;
    if (peak > LIMIT_MIB) {
      throw new IOException(peak + " MiB were resident, more than " + LIMIT_MIB);
    }
  }

  private void run() throws IOException {
    long kept;
    try (FileSystem files = Stores.create(store, chunking)) {
      Path file = files.getPath("/large");
      tell("wrote", lap(() -> write(file)));
      tell("overwrote", lap(() -> overwrite(file)));
      kept = bytes - bytes / 5 - 1234;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(kept);
        channel.force(true);
      }
      tell("read", lap(() -> check(file, kept)));
    }
    try (FileSystem files = Stores.open(store)) {
      Path file = files.getPath("/large");
      tell("read again, reopened", lap(() -> check(file, kept)));
    }
  }

  /** Something to do. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private Lap lap(Step step) throws IOException {
    return Lap.of(
        CpuClock.PROCESS,
        () -> {
          step.run();
          return bytes;
        });
  }

  private void tell(String what, Lap lap) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%s %s: %.0f s, %.0f MB/s, %.2f CPU-s/GB, at most %d MiB resident%n",
        chunking,
        what,
        lap.wallSeconds(),
        bytes / 1e6 / lap.wallSeconds(),
        lap.cpuSeconds() / (bytes / 1e9),
        ResidentMemory.SELF.peakBytes() >> 20);
  }

  /** What a page holds: compressible, and unlike every other page. */
  private void fill(long page, byte[] buffer, int at) {
    Long seed = overwritten.get(page);
    new Page(seed == null ? page : seed).fill(buffer, at, filler);
  }

  private record Page(long seed) {
    void fill(byte[] buffer, int at, byte[] filler) {
      System.arraycopy(filler, 0, buffer, at, PAGE_BYTES);
      for (int i = 0; i < UNIQUE_BYTES; i += 8) {
        long word = MadeBytes.mix(seed * UNIQUE_BYTES + i);
        for (int b = 0; b < 8; b++) {
          buffer[at + i + b] = (byte) (word >>> (8 * b));
        }
      }
    }
  }

  private void write(Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long done = 0; done < bytes; done += BUFFER_BYTES) {
        for (int at = 0; at < BUFFER_BYTES; at += PAGE_BYTES) {
          fill((done + at) / PAGE_BYTES, buffer.array(), at);
        }
        buffer.clear();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.force(true);
    }
  }

  private void overwrite(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(20);
    byte[] page = new byte[PAGE_BYTES];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < overwrites; i++) {
        long number = random.nextLong(bytes / PAGE_BYTES);
        overwritten.put(number, -1L - i);
        fill(number, page, 0);
        channel.write(ByteBuffer.wrap(page), number * PAGE_BYTES);
      }
      channel.force(true);
    }
  }

  private void check(Path file, long size) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    byte[] page = new byte[PAGE_BYTES];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != size) {
        throw new IOException("size is " + channel.size() + " instead of " + size);
      }
      for (long done = 0; done < size; done += buffer.position()) {
        buffer.clear();
        int wanted = (int) Math.min(BUFFER_BYTES, size - done);
        while (buffer.position() < wanted && channel.read(buffer) > 0) {
          Thread.onSpinWait();
        }
        if (buffer.position() != wanted) {
          throw new IOException("the file ends at " + (done + buffer.position()));
        }
        for (int at = 0; at < wanted; at += PAGE_BYTES) {
          fill((done + at) / PAGE_BYTES, page, 0);
          int end = Math.min(wanted, at + PAGE_BYTES);
          if (!Arrays.equals(buffer.array(), at, end, page, 0, end - at)) {
            throw new IOException("wrong bytes in the page at " + (done + at));
          }
        }
      }
      if (channel.read(buffer.clear()) != -1) {
        throw new IOException("more than " + size + " bytes");
      }
    }
  }
}
