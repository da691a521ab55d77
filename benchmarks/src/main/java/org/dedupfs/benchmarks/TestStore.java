package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.StoreStatistics;
import org.dedupfs.benchmarks.report.Space;

/** A store that is gone when this is closed. For one thread, but for its paths. */
final class TestStore implements AutoCloseable {
  private final Path directory;
  private DedupFileSystem files;

  private TestStore(Path directory, DedupFileSystem files) {
    this.directory = directory;
    this.files = files;
  }

  /**
   * Makes one with default options but for how data is cut.
   *
   * @param directory does not exist
   */
  static TestStore create(Path directory, String chunking) throws IOException {
    return new TestStore(directory, (DedupFileSystem) Stores.create(directory, chunking));
  }

  /** With a leading slash. */
  Path path(String path) {
    return files.getPath(path);
  }

  DedupFileSystem files() {
    return files;
  }

  /** This store as a place for files. */
  Place place() {
    return new Place(
        Contender.OURS, false, path("/"), CpuClock.PROCESS, tree -> files.sync(), files::sync);
  }

  /** Closes it and opens it again, so that nothing of what was written is still being done. */
  void reopen() throws IOException {
    files.close();
    files = (DedupFileSystem) Stores.open(directory);
  }

  /** Closes it, has the kernel forget its files, and opens it again. */
  void reopenCold() throws IOException {
    files.close();
    for (Path file : dataFiles()) {
      NativeFiles.dropPages(file);
    }
    files = (DedupFileSystem) Stores.open(directory);
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /** What was written, and what that added to the blocks, since some moment. */
  Space since(StoreStatistics before) throws IOException {
    files.sync();
    StoreStatistics after = files.statistics();
    return new Space(
        after.logicalBytes() - before.logicalBytes(), after.storedBytes() - before.storedBytes());
  }

  StoreStatistics statistics() throws IOException {
    files.sync();
    return files.statistics();
  }

  @Override
  public void close() throws IOException {
    try {
      files.close();
    } finally {
      Stores.delete(directory);
    }
  }
}
