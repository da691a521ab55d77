package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;

/** 4 KiB at a time, at random places of a file, by one or more threads with a channel each. */
record PageWork(int threads, int operations, Stop stop) {
  static final int PAGE_BYTES = 4 << 10;

  private static final int OPERATIONS_A_CHECK = 256;

  /** What is done to one page. */
  @FunctionalInterface
  private interface OnPage {
    void apply(FileChannel channel, ByteBuffer page, long offset) throws IOException;
  }

  /**
   * Reads at random places, some of them again and again.
   *
   * @return how many times
   */
  double read(Path file, long sizeBytes, int seed) throws IOException {
    return at(file, sizeBytes, seed, PageWork::readPage, StandardOpenOption.READ);
  }

  private static void readPage(FileChannel channel, ByteBuffer page, long offset)
      throws IOException {
    if (channel.read(page.clear(), offset) != PAGE_BYTES) {
      throw new IOException("a short read at " + offset);
    }
  }

  /** Overwrites at random places; durable when it returns. */
  double overwrite(Path file, long sizeBytes, int seed) throws IOException {
    double done = at(file, sizeBytes, seed, new Overwriting(seed)::apply, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return done;
  }

  /** Random bytes, other ones for each page. */
  private record Overwriting(int seed) {
    void apply(FileChannel channel, ByteBuffer page, long offset) throws IOException {
      page.clear();
      long state = MadeBytes.mix(seed * 31L + offset);
      while (page.hasRemaining()) {
        page.putLong(state);
        state = MadeBytes.mix(state);
      }
      page.flip();
      while (page.hasRemaining()) {
        channel.write(page, offset + page.position());
      }
    }
  }

  private double at(Path file, long sizeBytes, int seed, OnPage work, OpenOption option)
      throws IOException {
    return Parallel.run(
        threads,
        thread -> {
          SplittableRandom random = new SplittableRandom(seed * 1000L + thread);
          ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
          int count = operations / threads;
          try (FileChannel channel = FileChannel.open(file, Set.of(option))) {
            for (int i = 0; i < count; i++) {
              if (i % OPERATIONS_A_CHECK == 0) {
                stop.check();
              }
              work.apply(channel, page, random.nextLong(sizeBytes / PAGE_BYTES) * PAGE_BYTES);
            }
          }
          return count;
        });
  }

  /**
   * Reads one page in each of as many stretches of a file, in no order, so that none of them is in
   * what was read for another.
   *
   * @param strideBytes what a stretch has, at least a page
   * @param direct whether past the kernel's cache
   */
  double readApart(Path file, long sizeBytes, int strideBytes, int seed, boolean direct)
      throws IOException {
    int stretches = (int) (sizeBytes / strideBytes);
    int[] order =
        new SplittableRandom(seed)
            .ints(0, stretches)
            .distinct()
            .limit(Math.min(operations, stretches / 2))
            .toArray();
    Set<OpenOption> options =
        direct ? Set.of(StandardOpenOption.READ, pastTheCache()) : Set.of(StandardOpenOption.READ);
    return Parallel.run(
        threads,
        thread -> {
          ByteBuffer page = ByteBuffer.allocateDirect(2 * PAGE_BYTES).alignedSlice(PAGE_BYTES);
          int count = 0;
          try (FileChannel channel = FileChannel.open(file, options)) {
            for (int i = thread; i < order.length; i += threads) {
              stop.check();
              readPage(channel, page.slice(0, PAGE_BYTES), (long) order[i] * strideBytes);
              count++;
            }
          }
          return count;
        });
  }

  /** Appends a page, makes it durable, and so on. */
  double append(Path file, int seed) throws IOException {
    ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
    Overwriting made = new Overwriting(seed);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < operations; i++) {
        stop.check();
        made.apply(channel, page, channel.size());
        channel.force(true);
      }
    }
    return operations;
  }

  /** Direct I/O; by name, for javac of JDK 25 warns of the class in code for 17. */
  private static OpenOption pastTheCache() throws IOException {
    try {
      Object[] all = Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
      return (OpenOption)
          Arrays.stream(all)
              .filter(each -> each.toString().equals("DIRECT"))
              .findAny()
              .orElseThrow();
    } catch (ClassNotFoundException e) {
      throw new IOException("this Java knows no direct I/O", e);
    }
  }
}
