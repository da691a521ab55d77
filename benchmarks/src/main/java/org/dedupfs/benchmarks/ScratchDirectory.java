package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory on the disk that is gone, with all that is in it, when this is closed. */
record ScratchDirectory(Path path) implements AutoCloseable {
  /** Makes it. */
  static ScratchDirectory create(Path path) throws IOException {
    return new ScratchDirectory(Files.createDirectory(path));
  }

  @Override
  public void close() throws IOException {
    Stores.delete(path);
  }
}
