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

  /** So few that turns are short beside what else the machine does. */
  private static final int GROUP = 50;

  private static final int DIRECTORIES = 5;

  /** Well below what one process may have open. */
  private static final int OPEN_LIMIT = 200;

  private final String name;
  private final boolean baseline;
  private final @Nullable ServingProgram server;
  private final List<NativeFiles> all;
  private final NativeFiles open;
  private final List<NativeFiles> files;
  private final List<NativeFiles> fresh;
  private final List<NativeFiles> largeDirectory;
  private final List<NativeFiles> smallDirectories;
  private final long[] offsets;
  private int[] descriptors = new int[0];

  private FilePlace(
      String name,
      @Nullable ServingProgram server,
      Path root,
      List<Path> names,
      List<Path> small,
      int seed) {
    List<Path> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(seed));
    this.name = name;
    this.baseline = !name.equals(Contender.OURS);
    this.server = server;
    NativeFiles named = new NativeFiles(shuffled);
    this.open = new NativeFiles(shuffled.subList(0, Math.min(OPEN_LIMIT, shuffled.size())));
    NativeFiles created =
        new NativeFiles(
            names.stream().map(each -> root.resolve("new").resolve(each.getFileName())).toList());
    NativeFiles large = new NativeFiles(Collections.nCopies(REPEATS, root.resolve("files")));
    NativeFiles directories = new NativeFiles(small);
    this.all = List.of(named, open, created, large, directories);
    this.files = named.groups(GROUP);
    this.fresh = created.groups(GROUP);
    this.largeDirectory = large.groups(1);
    this.smallDirectories = directories.groups(DIRECTORIES);
    this.offsets =
        new SplittableRandom(seed)
            .ints(names.size(), 0, FILE_BYTES / PAGE_BYTES)
            .mapToLong(page -> (long) page * PAGE_BYTES)
            .toArray();
  }

  /**
   * Makes the files.
   *
   * @param name of the contender that works here
   * @param server whose CPU counts, null for the kernel
   * @param root an empty directory
   */
  static FilePlace make(String name, @Nullable ServingProgram server, Path root, int count)
      throws IOException {
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
    return new FilePlace(name, server, root, names, small, count);
  }

  /** Who works here, by measuring one group at a time; its laps are added from outside. */
  Contender contender() {
    return new Contender(
        name,
        baseline,
        round -> {
          throw new UnsupportedOperationException("has turns, not rounds");
        });
  }

  /** CPU of who serves it; of the kernel on behalf of this thread where nobody does. */
  CpuClock cpu() {
    return server == null ? CpuClock.THREAD : server.cpu();
  }

  /** How many groups of files there are. */
  int fileGroups() {
    return files.size();
  }

  int directoryGroups() {
    return smallDirectories.size();
  }

  int listings() {
    return largeDirectory.size();
  }

  int openGroups() {
    return (open.count() + GROUP - 1) / GROUP;
  }

  double createAndUnlink(int group) throws IOException {
    fresh.get(group).create();
    fresh.get(group).unlink();
    return fresh.get(group).count();
  }

  double stat(int group) throws IOException {
    files.get(group).stat();
    return files.get(group).count();
  }

  double listLarge(int group) throws IOException {
    return largeDirectory.get(group).list();
  }

  double listSmall(int group) throws IOException {
    return smallDirectories.get(group).list();
  }

  double openAndRead(int group) throws IOException {
    files.get(group).openAndRead(offsets, PAGE_BYTES);
    return files.get(group).count();
  }

  /** Before {@link #readOpen}: opens some files, of which the kernel then has no pages. */
  void openSome() throws IOException {
    descriptors = open.open();
    if (server != null) { // else it would have to be read from the disk
      NativeFiles.dropPages(descriptors);
    }
  }

  double readOpen(int group) throws IOException {
    int first = group * GROUP;
    int count = Math.min(GROUP, descriptors.length - first);
    open.read(descriptors, first, count, offsets, PAGE_BYTES);
    return count;
  }

  void closeSome() throws IOException {
    int[] all = descriptors;
    descriptors = new int[0];
    NativeFiles.close(all);
  }

  @Override
  public void close() {
    all.forEach(NativeFiles::close);
  }
}
