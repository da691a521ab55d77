package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** One large file, written and read by the same code through a mount and by the Java API. */
final class StreamRaces {
  private static final double LIMIT = 0.6;
  private static final double MIB = 1 << 20;

  private final List<Path> roots;
  private final long bytes;
  private final ServingProgram server;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(RandomBytes.BUFFER_BYTES);
  private final byte[] made = new byte[RandomBytes.BUFFER_BYTES];
  private final Race fresh;
  private final Race again;
  private final Race read;

  /**
   * @param mounted where the mount is
   * @param api the root of another store, in this process
   */
  StreamRaces(Path mounted, Path api, ServingProgram server, long bytes) {
    this.roots = List.of(mounted, api);
    this.server = server;
    this.bytes = bytes / RandomBytes.BUFFER_BYTES * RandomBytes.BUFFER_BYTES;
    List<String> names = List.of("dedupfs", "Java API");
    this.fresh = new Race("write and fsync, new bytes", "MiB", LIMIT, names);
    this.again = new Race("write and fsync, duplicates", "MiB", 0, names);
    this.read = new Race("read", "MiB", LIMIT, names);
  }

  List<Race> races() {
    return List.of(fresh, again, read);
  }

  /**
   * One round of all.
   *
   * @param turn who begins
   * @param counted false to warm up
   */
  void round(int turn, boolean counted) throws IOException {
    for (Race race : races()) {
      for (int j = 0; j < roots.size(); j++) {
        int runner = (j + turn) % roots.size();
        Path file = roots.get(runner).resolve("stream" + turn);
        Path copy = roots.get(runner).resolve("again" + turn);
        double cpu = server.cpuSeconds();
        long start = System.nanoTime();
        if (race == read) {
          read(file);
        } else {
          write(race == fresh ? file : copy, turn);
        }
        double wall = (System.nanoTime() - start) / 1e9;
        if (counted) {
          double serverCpu = runner == 0 ? server.cpuSeconds() - cpu : 0;
          race.add(runner, new Race.Lap(bytes / MIB, wall, serverCpu));
        }
      }
    }
  }

  private void write(Path file, long seed) throws IOException {
    RandomBytes random = new RandomBytes(seed);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at = 0; at < bytes; at += made.length) {
        random.fill(at, made);
        buffer.clear().put(made).flip();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.force(true);
    }
  }

  private void read(Path file) throws IOException {
    long total = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int count = channel.read(buffer.clear());
      while (count > 0) {
        total += count;
        count = channel.read(buffer.clear());
      }
    }
    if (total != bytes) {
      throw new IOException(file + ": " + total + " bytes of " + bytes);
    }
  }
}
