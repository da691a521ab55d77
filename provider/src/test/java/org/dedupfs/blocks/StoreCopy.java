package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/** What a crash would leave of an open store: its files as they stand at one moment. */
final class StoreCopy {
  private StoreCopy() {}

  /** Copies a store that may be written to meanwhile; tables never change and are only linked. */
  static Path of(RocksDbBlockStore store, Path directory, Path target) throws IOException {
    try {
      store.families().db().disableFileDeletions();
      try {
        return of(directory, target);
      } finally {
        store.families().db().enableFileDeletions();
      }
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  /**
   * Copies a store at rest. First what names the tables, then these: none that it names is missing.
   */
  static Path of(Path directory, Path target) throws IOException {
    Path copy = Files.createTempDirectory(target, "crash");
    for (String glob : new String[] {"CURRENT", "MANIFEST-*", "*.sst"}) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
        for (Path file : files) {
          Path to = copy.resolve(file.getFileName());
          if (glob.equals("*.sst")) {
            linkIfThere(to, file);
          } else {
            Files.copy(file, to);
          }
        }
      }
    }
    return copy;
  }

  /** One that goes meanwhile was merged into others: nothing names it any more. */
  private static void linkIfThere(Path to, Path file) throws IOException {
    try {
      Files.createLink(to, file);
    } catch (NoSuchFileException e) {
      if (Files.exists(file)) {
        throw e;
      }
    }
  }
}
