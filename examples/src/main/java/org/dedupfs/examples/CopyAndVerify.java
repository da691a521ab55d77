package org.dedupfs.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.io.file.Counters;
import org.apache.commons.io.file.PathUtils;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;

/**
 * Libraries that know only {@code java.nio.file} work on a store as on any directory: {@code
 * CopyAndVerify STORE DIRECTORY} copies a tree with Apache Commons IO and compares every byte.
 */
public final class CopyAndVerify {
  private CopyAndVerify() {}

  public static void main(String... arguments) throws IOException {
    Path directory = Path.of(arguments[1]);
    try (DedupFileSystem store = DedupFileSystems.create(Path.of(arguments[0]))) {
      Path copy = store.getPath("/", directory.getFileName().toString());
      Counters.PathCounters copied =
          PathUtils.copyDirectory(directory, copy, StandardCopyOption.REPLACE_EXISTING);
      if (!PathUtils.directoryAndFileContentEquals(directory, copy)) {
        throw new IOException(copy + " differs from " + directory);
      }
      System.out.printf(
          "%d files, %,d bytes: equal%n",
          copied.getFileCounter().get(), copied.getByteCounter().get());
    }
  }
}
