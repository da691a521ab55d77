package org.dedupfs.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Questions about directories, of any file system. */
public final class Directories {
  private Directories() {}

  /** Whether nothing is in it; reads one name at most. */
  public static boolean isEmpty(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    }
  }
}
