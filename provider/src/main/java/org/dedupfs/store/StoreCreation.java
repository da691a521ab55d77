package org.dedupfs.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.StoreCreationException;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.blocks.RocksDbBlockStore;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataFormatException;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.SqliteMetadataStore;
import org.dedupfs.metadata.SqliteOptions;

/**
 * The creation of a store in an empty directory, between its first step and its last: a file {@code
 * creating} is written first and deleted when the identity of the store is committed. So a creation
 * that was interrupted is known by that file, and without an identity nothing was ever in it.
 */
final class StoreCreation {
  private static final SqliteOptions LOOKING =
      SqliteOptions.DEFAULT.withCacheBytes(1 << 20).withReaders(1);

  private final Path directory;
  private final Path marker;

  StoreCreation(Path directory) {
    this.directory = directory;
    this.marker = directory.resolve(StoreDirectory.CREATING);
  }

  /**
   * Starts, over the rests of an earlier try if there are any.
   *
   * @throws StoreCreationException if there is something in one of the directories
   */
  void begin(Path metadataDirectory, Path blocksDirectory) throws IOException {
    if (Files.exists(marker)) {
      clear();
    }
    List<Path> elsewhere = new ArrayList<>();
    for (Path part : List.of(metadataDirectory, blocksDirectory)) {
      if (!part.startsWith(directory) || (!part.equals(directory) && Files.exists(part))) {
        requireEmpty(part);
      }
      if (!part.startsWith(directory)) {
        elsewhere.add(part);
      }
    }
    StoreDirectory.writeFile(marker, lines(elsewhere));
    for (Path part : elsewhere) {
      StoreDirectory.makeDirectory(part);
    }
    if (!metadataDirectory.equals(directory)) {
      StoreDirectory.writeFile(
          directory.resolve(StoreDirectory.METADATA_LOCATION), lines(List.of(metadataDirectory)));
    }
  }

  void end() throws IOException {
    StoreDirectory.deleteFile(marker);
  }

  /** Whether an earlier creation was complete but for its last step. */
  boolean wasComplete() throws IOException {
    Path metadataDirectory = metadataDirectory(directory);
    if (!Files.exists(metadataDirectory.resolve(StoreDirectory.METADATA))) {
      return false;
    }
    try (MetadataStore metadata = SqliteMetadataStore.open(metadataDirectory, LOOKING)) {
      return StoreIdentity.recorded(directory, metadata) != null;
    } catch (MetadataFormatException | MetadataDamagedException e) {
      return false;
    }
  }

  /** Where the metadata of a store lies. */
  static Path metadataDirectory(Path store) throws IOException {
    Path location = store.resolve(StoreDirectory.METADATA_LOCATION);
    if (!Files.exists(location)) {
      return store;
    }
    List<Path> paths = paths(location);
    if (paths.size() != 1) {
      throw new StoreDamagedException(
          store,
          "the file "
              + location
              + " does not name a directory; write the file: URI of the"
              + " directory of metadata.sqlite into it",
          null);
    }
    return paths.get(0);
  }

  private void clear() throws IOException {
    List<Path> parts = new ArrayList<>(paths(marker));
    parts.add(directory);
    parts.add(directory.resolve(StoreDirectory.BLOCKS));
    for (Path part : parts) {
      requireNoBlocks(part);
    }
    for (Path part : parts) {
      if (part.equals(directory)) {
        deleteFiles(part, StoreDirectory.METADATA + "*");
      } else if (Files.isDirectory(part)) {
        deleteFiles(part, "*");
      }
    }
    Files.deleteIfExists(directory.resolve(StoreDirectory.METADATA_LOCATION));
  }

  private void requireNoBlocks(Path part) throws IOException {
    if (Files.isDirectory(part) && RocksDbBlockStore.mayHoldBlocks(part)) {
      throw new StoreDamagedException(
          directory,
          "the creation of "
              + directory
              + " was interrupted, yet there are blocks in "
              + part
              + "; move them away if they are of no use, then try again",
          null);
    }
  }

  private static void deleteFiles(Path part, String pattern) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(part, pattern)) {
      for (Path file : files) {
        if (Files.isRegularFile(file)) {
          Files.delete(file);
        }
      }
    }
  }

  private void requireEmpty(Path part) throws IOException {
    boolean empty = Files.isDirectory(part) ? StoreDirectory.isEmpty(part) : !Files.exists(part);
    if (!empty) {
      throw new StoreCreationException(
          directory, "no store can be made with " + part + ": it is not an empty directory");
    }
  }

  private static String lines(List<Path> paths) {
    StringBuilder text = new StringBuilder();
    for (Path path : paths) {
      text.append(path.toUri()).append('\n');
    }
    return text.toString();
  }

  /** Lines that are not whole are of no use: what they announce had not begun. */
  private static List<Path> paths(Path file) throws IOException {
    List<Path> paths = new ArrayList<>();
    String text = Files.readString(file);
    for (int start = 0, end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
      try {
        paths.add(Path.of(URI.create(text.substring(start, end).strip())));
      } catch (IllegalArgumentException e) {
        throw new IOException("the file " + file + " does not hold file: URIs", e);
      }
    }
    return paths;
  }
}
