package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A directory with many files, the same in each file system that is compared. For one thread. */
final class FilePlace implements AutoCloseable {
  private static final int FILE_BYTES = 16 << 10;
  private static final int PAGE_BYTES = 4 << 10;
  private static final int SMALL_DIRECTORY = 20;
  private static final int REPEATS = 10;

  /** Well below what one process may have open. */
  private static final int OPEN_LIMIT = 500;

  private final @Nullable ServingProgram server;
  private final NativeFiles files;
  private final NativeFiles open;
  private final NativeFiles fresh;
  private final NativeFiles largeDirectory;
  private final NativeFiles smallDirectories;
  private final long[] offsets;
  private int[] descriptors = new int[0];

  private FilePlace(
      @Nullable ServingProgram server, Path root, List<Path> names, List<Path> small, int seed) {
    List<Path> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(seed));
    this.server = server;
    this.files = new NativeFiles(shuffled);
    this.open = new NativeFiles(shuffled.subList(0, Math.min(OPEN_LIMIT, shuffled.size())));
    this.fresh =
        new NativeFiles(
            names.stream().map(name -> root.resolve("new").resolve(name.getFileName())).toList());
    this.largeDirectory = new NativeFiles(Collections.nCopies(REPEATS, root.resolve("files")));
    this.smallDirectories = new NativeFiles(small);
    this.offsets =
        new SplittableRandom(seed)
            .ints(names.size(), 0, FILE_BYTES / PAGE_BYTES)
            .mapToLong(page -> (long) page * PAGE_BYTES)
            .toArray();
  }

  /**
   * Makes the files.
   *
   * @param server whose CPU counts, null for the kernel
   * @param root an empty directory
   */
  static FilePlace make(@Nullable ServingProgram server, Path root, int count) throws IOException {
    List<Path> names = new ArrayList<>();
    List<Path> small = new ArrayList<>();
    Files.createDirectory(root.resolve("new"));
    Files.createDirectory(root.resolve("files"));
    Files.createDirectory(root.resolve("small"));
    byte[] bytes = new byte[FILE_BYTES];
    SplittableRandom random = new SplittableRandom(count);
    for (int i = 0; i < count; i++) {
      random.nextBytes(bytes);
      names.add(Files.write(root.resolve("files").resolve("file" + i), bytes));
      if (i % SMALL_DIRECTORY == 0) {
        small.add(Files.createDirectory(root.resolve("small").resolve("directory" + i)));
      }
      Files.createFile(small.get(small.size() - 1).resolve("name" + i));
    }
    return new FilePlace(server, root, names, small, count);
  }

  /** CPU seconds of who serves it, so far. */
  double serverCpuSeconds() throws IOException {
    return server == null ? 0 : server.cpuSeconds();
  }

  double create() throws IOException {
    fresh.create();
    return fresh.count();
  }

  double unlink() throws IOException {
    fresh.unlink();
    return fresh.count();
  }

  double stat() throws IOException {
    files.stat();
    return files.count();
  }

  double listLarge() throws IOException {
    return largeDirectory.list();
  }

  double listSmall() throws IOException {
    return smallDirectories.list();
  }

  double openAndRead() throws IOException {
    files.openAndRead(offsets, PAGE_BYTES);
    return files.count();
  }

  /** Before {@link #readOpen}: opens some files, of which the kernel then has no pages. */
  void openSome() throws IOException {
    descriptors = open.open();
    if (server != null) { // else it would have to be read from the disk
      NativeFiles.dropPages(descriptors);
    }
  }

  double readOpen() throws IOException {
    open.read(descriptors, offsets, PAGE_BYTES);
    return descriptors.length;
  }

  /** When {@link #readOpen} has been there before. */
  double readAgain() throws IOException {
    for (int i = 0; i < REPEATS; i++) {
      open.read(descriptors, offsets, PAGE_BYTES);
    }
    return (double) REPEATS * descriptors.length;
  }

  void closeSome() throws IOException {
    int[] all = descriptors;
    descriptors = new int[0];
    NativeFiles.close(all);
  }

  @Override
  public void close() {
    List.of(files, open, fresh, largeDirectory, smallDirectories).forEach(NativeFiles::close);
  }
}
