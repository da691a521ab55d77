package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Somewhere that files can be, in a store, behind a mount or on the disk: the same code works on
 * each.
 *
 * @param cpu of whoever does the work
 * @param durable makes a tree durable, all of whose names and bytes are new
 * @param namesDurable makes what was removed stay so
 */
record Place(
    String name, boolean baseline, Path root, CpuClock cpu, OnTree durable, Step namesDurable) {
  /** What is done to a tree. */
  @FunctionalInterface
  interface OnTree {
    void apply(Path tree) throws IOException;
  }

  /** Something to do. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /** On the disk, made durable by one syncfs(2), the quickest way there is. */
  static Place onDisk(Path root) {
    Step sync = () -> NativeFiles.syncFileSystem(root);
    return new Place(
        "plain files + syncfs", true, root, CpuClock.PROCESS, tree -> sync.run(), sync);
  }

  /** On the disk, each file and directory made durable by itself. */
  static Place onDiskEach(Path root) {
    return new Place(
        "plain files + fsync each",
        true,
        root,
        CpuClock.PROCESS,
        Place::forceAll,
        () -> force(root));
  }

  /** The same, with another directory as its root. */
  Place below(Path directory) {
    return new Place(name, baseline, directory, cpu, durable, namesDurable);
  }

  /** Behind a mount, where each file and directory has to be made durable by itself. */
  static Place mounted(String name, boolean baseline, ServingProgram program) {
    Path root = program.mountPoint();
    return new Place(name, baseline, root, program.cpu(), Place::forceAll, () -> force(root));
  }

  Contender contender(Contender.Work work) {
    return new Contender(name, baseline, work);
  }

  /** Has the disk finish what others have begun, so that it is not counted here. */
  void settle() throws IOException {
    if (baseline) {
      namesDurable.run();
    }
  }

  private static void forceAll(Path tree) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(tree)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      if (!Files.isSymbolicLink(path)) {
        force(path);
      }
    }
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
