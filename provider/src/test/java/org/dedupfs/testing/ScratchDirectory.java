package org.dedupfs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary directory in memory where there is one: fuzzing would wait for the disk only. */
public final class ScratchDirectory {
  private static final Path MEMORY = Path.of("/dev/shm");

  private ScratchDirectory() {}

  /** For the caller to delete. */
  public static Path make(String prefix) throws IOException {
    return Files.isDirectory(MEMORY) && Files.isWritable(MEMORY)
        ? Files.createTempDirectory(MEMORY, prefix)
        : Files.createTempDirectory(prefix);
  }
}
