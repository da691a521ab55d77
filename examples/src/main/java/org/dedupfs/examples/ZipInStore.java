package org.dedupfs.examples;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;

/**
 * A file system in a file of a file system: {@code ZipInStore STORE FILE...} adds files to a zip
 * file in a store, through the JDK's zip provider, and lists what is in it.
 */
public final class ZipInStore {
  private ZipInStore() {}

  public static void main(String... arguments) throws IOException {
    try (DedupFileSystem store = DedupFileSystems.create(Path.of(arguments[0]))) {
      Path archive = store.getPath("/archive.zip");
      try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
        for (int i = 1; i < arguments.length; i++) {
          Path file = Path.of(arguments[i]);
          Files.copy(file, zip.getPath("/", file.getFileName().toString()));
        }
      }
      try (FileSystem zip = FileSystems.newFileSystem(archive);
          Stream<Path> entries = Files.list(zip.getPath("/"))) {
        for (Path entry : (Iterable<Path>) entries.sorted()::iterator) {
          System.out.println(entry + " " + Files.size(entry));
        }
      }
    }
  }
}
