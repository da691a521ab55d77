package org.dedupfs.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.StoreDamagedException;

/**
 * Puts saved blocks in the place of damaged ones, which are kept beside them. An interruption
 * between its steps is made good by the next repair, and keeps the store closed until then: or
 * blocks that are stored meanwhile would be put aside with the damaged ones.
 */
final class BlockSwap {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

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

  /**
   * Lets nobody use blocks that are about to be replaced.
   *
   * @throws StoreDamagedException if a repair was interrupted while it replaced them
   */
  static void requireEnded(Path store, Path place) throws StoreDamagedException {
    if (Files.exists(new BlockSwap(place).complete)) {
      throw new StoreDamagedException(
          store,
          "a repair of the store "
              + store
              + " was interrupted while it replaced the blocks; run dedupfs repair "
              + store,
          null);
    }
  }

  /** Whether there is anything of a block store in a directory. */
  static boolean holdsBlocks(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return false;
    }
    if (Files.exists(place.resolve("CURRENT"))) {
      return true;
    }
    try (DirectoryStream<Path> tables = Files.newDirectoryStream(place, "*.sst")) {
      return tables.iterator().hasNext();
    }
  }

  /**
   * Looks whether the damaged blocks can be put aside, before all others are copied.
   *
   * @throws FileSystemException if a disk is mounted just there
   */
  void requireMovable() throws IOException {
    boolean mounted = !Files.isSymbolicLink(place) && isMountPoint(place.toRealPath());
    if (mounted) {
      throw new FileSystemException(
          place.toString(),
          null,
          "the blocks have to be replaced, but a disk is mounted just there; mount it at another"
              + " place and move its blocks into a directory on it, or make "
              + place
              + " a symbolic link to such a directory");
    }
  }

  private static boolean isMountPoint(Path place) throws IOException {
    String escaped =
        place.toString().replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011");
    String text = escaped.replace("\n", "\\012");
    // The names in it may be any bytes, which ISO 8859-1 keeps apart.
    String name = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    for (String line : Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(" ", 6);
      if (fields.length > 4 && fields[4].equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Where blocks are to be saved to; does not exist yet. */
  Path target() throws IOException {
    discard();
    return saved;
  }

  /** Deletes what was saved in part. */
  void discard() throws IOException {
    if (Files.isDirectory(saved)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(saved)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(saved);
    }
  }

  /** All are saved: returns where the damaged ones are now. */
  Path replace() throws IOException {
    Files.move(saved, complete);
    force();
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
      force();
      Files.move(complete, place);
      force();
    }
  }

  private void force() throws IOException {
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
