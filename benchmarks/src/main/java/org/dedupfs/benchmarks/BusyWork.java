package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SplittableRandom;

/** What many programs at a time do: metadata only, or a bit of everything. */
record BusyWork(int threads, int operations, Stop stop) {
  private static final int STEPS_A_STORM = 10;
  private static final int FILES = 20;
  private static final int FILE_BYTES = 64 << 10;
  private static final int PAGE_BYTES = 4 << 10;

  /**
   * Creates, links, renames, stats, changes and removes empty files, each thread in a directory of
   * its own.
   *
   * @param root does not exist
   * @return how many operations
   */
  double storm(Path root) throws IOException {
    Files.createDirectory(root);
    return Parallel.run(
        threads,
        thread -> {
          Path home = Files.createDirectory(root.resolve("thread" + thread));
          int times = Math.max(1, operations / threads / STEPS_A_STORM);
          for (int i = 0; i < times; i++) {
            stop.check();
            stormOnce(home, i);
          }
          return times * STEPS_A_STORM;
        });
  }

  private static void stormOnce(Path home, int i) throws IOException {
    Path file = Files.createFile(home.resolve("file" + i));
    Path link = Files.createLink(home.resolve("link" + i), file);
    Path moved = Files.move(file, home.resolve("moved" + i));
    Files.setPosixFilePermissions(moved, PosixFilePermissions.fromString("rw-r-----"));
    Files.setLastModifiedTime(moved, FileTime.fromMillis(i));
    if (Files.size(link) != 0 || Files.exists(file)) {
      throw new IOException(link + " is not what it should be");
    }
    Files.delete(link);
    Path directory = Files.createDirectory(home.resolve("directory" + i));
    Files.move(moved, directory.resolve("moved"));
  }

  /**
   * Reads, overwrites, appends, creates, renames and deletes, each thread on files of its own.
   *
   * @param root does not exist
   * @return how many operations
   */
  double mixed(Path root, int seed) throws IOException {
    Files.createDirectory(root);
    return Parallel.run(
        threads,
        thread -> {
          Mix mix = new Mix(Files.createDirectory(root.resolve("thread" + thread)), seed + thread);
          int count = Math.max(1, operations / threads);
          for (int i = 0; i < count; i++) {
            stop.check();
            mix.step(i);
          }
          return count;
        });
  }

  /** One thread of it. */
  private static final class Mix {
    private final Path home;
    private final SplittableRandom random;
    private final byte[] bytes = new byte[FILE_BYTES];
    private final ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);

    Mix(Path home, int seed) throws IOException {
      this.home = home;
      this.random = new SplittableRandom(seed);
      for (int i = 0; i < FILES; i++) {
        random.nextBytes(bytes);
        Files.write(file(i), bytes);
      }
    }

    private Path file(int number) {
      return home.resolve("file" + number);
    }

    private void step(int number) throws IOException {
      Path file = file(random.nextInt(FILES));
      int dice = random.nextInt(100);
      if (dice < 50) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          int read = channel.read(page.clear(), random.nextInt(FILE_BYTES / PAGE_BYTES) * 4096L);
          if (read != PAGE_BYTES) {
            throw new IOException(file + " has lost bytes: " + read);
          }
        }
      } else if (dice < 75) {
        write(file, random.nextInt(FILE_BYTES / PAGE_BYTES) * (long) PAGE_BYTES);
      } else if (dice < 85) {
        write(file, Files.size(file));
      } else {
        Path fresh = home.resolve("new" + number);
        random.nextBytes(bytes);
        Files.write(fresh, bytes);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }

    private void write(Path file, long offset) throws IOException {
      random.nextBytes(page.array());
      page.clear();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        while (page.hasRemaining()) {
          channel.write(page, offset + page.position());
        }
      }
    }
  }
}
