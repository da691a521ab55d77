package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts saved blocks in the place of damaged ones, which are kept beside them. An interruption
 * between its steps is made good by the next repair.
 */
final class BlockSwap {
  private final Path place;
  private final Path saved;

  /** Where the files of blocks stand that were saved whole; renamed when the last is there. */
  private final Path complete;

  BlockSwap(Path place) {
    this.place = place;
    String name = String.valueOf(place.getFileName());
    this.saved = place.resolveSibling(name + ".saving");
    this.complete = place.resolveSibling(name + ".saved");
  }

  /** Where blocks are to be saved to; does not exist yet. */
  Path target() throws IOException {
    if (Files.isDirectory(saved)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(saved)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(saved);
    }
    return saved;
  }

  /** All are saved: returns where the damaged ones are now. */
  Path replace() throws IOException {
    Files.move(saved, complete);
    Path aside = aside();
    Files.move(place, aside);
    finish();
    return aside;
  }

  /** Ends what an earlier repair began. */
  void finish() throws IOException {
    if (Files.isDirectory(complete)) {
      if (Files.exists(place)) {
        Files.move(place, aside());
      }
      Files.move(complete, place);
    }
    Path parent = place.toAbsolutePath().getParent();
    if (parent != null) {
      StoreDirectory.force(parent);
    }
  }

  private Path aside() {
    for (int i = 1; ; i++) {
      Path aside = place.resolveSibling(place.getFileName() + ".damaged-" + i);
      if (!Files.exists(aside)) {
        return aside;
      }
    }
  }
}
