package org.dedupfs.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a crash now would leave of a store on which nobody is working. */
final class CrashImage {
  private static final Logger LOG = LoggerFactory.getLogger(CrashImage.class);

  private CrashImage() {}

  static Path of(Path store, Path image) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(store)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      Path copy = image.resolve(store.relativize(path).toString());
      try {
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
      } catch (NoSuchFileException e) {
        // RocksDB tidies up, and so does the store; what is gone is in no image.
        LOG.debug("{} has gone", path);
      }
    }
    return image;
  }
}
