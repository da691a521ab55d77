package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What a crash would leave of an open store: its files as they stand at one moment. */
final class StoreCopy {
  private StoreCopy() {}

  static Path of(Path directory, Path target) throws IOException {
    while (true) {
      try {
        Map<String, Long> before = files(directory);
        Path copy = Files.createTempDirectory(target, "crash");
        for (String name : before.keySet()) {
          if (!name.equals("LOCK")) {
            Files.copy(directory.resolve(name), copy.resolve(name));
          }
        }
        if (files(directory).equals(before)) {
          return copy;
        }
      } catch (NoSuchFileException | UncheckedIOException e) {
        assertThat(e).as("a compaction came between, so again").isNotNull();
      }
    }
  }

  private static Map<String, Long> files(Path directory) throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        files.put(entry.getFileName().toString(), Files.size(entry));
      }
    }
    return files;
  }
}
