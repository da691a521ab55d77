package org.dedupfs.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dedupfs.disk.HostSpace;
import org.jspecify.annotations.Nullable;

/**
 * The metadata file and its log as they were before a repair, beside them. What a repair gives up
 * can be had back with it, should it turn out not to be lost.
 */
final class MetadataCopy {
  private static final String LOG = "-wal";
  private static final String BEFORE = ".before-repair-";

  private final Path file;

  private MetadataCopy(Path file) {
    this.file = file;
  }

  /**
   * Copies the metadata, which nobody has open; durable.
   *
   * @throws IOException if there is no room; says how much it takes
   */
  static MetadataCopy make(Path directory) throws IOException {
    Path metadata = directory.resolve(StoreDirectory.METADATA);
    Path log = directory.resolve(StoreDirectory.METADATA + LOG);
    long bytes = Files.size(metadata) + (Files.exists(log) ? Files.size(log) : 0);
    long usable = HostSpace.of(directory).usableBytes();
    if (usable < bytes) {
      throw new IOException(
          "a repair keeps a copy of the metadata and needs "
              + bytes
              + " bytes for it in "
              + directory
              + ", where "
              + usable
              + " are left; free some, nothing was changed");
    }
    MetadataCopy copy = new MetadataCopy(unused(metadata));
    try {
      if (Files.exists(log)) {
        copyDurably(log, copy.log());
      }
      copyDurably(metadata, copy.file);
      StoreDirectory.force(directory);
      return copy;
    } catch (IOException | RuntimeException | Error e) {
      try {
        copy.discard();
      } catch (IOException next) {
        e.addSuppressed(next);
      }
      throw e;
    }
  }

  /** A copy that is there; null if none is. */
  static @Nullable Path kept(Path directory) throws IOException {
    String pattern = StoreDirectory.METADATA + BEFORE + "*";
    try (DirectoryStream<Path> copies = Files.newDirectoryStream(directory, pattern)) {
      for (Path copy : copies) {
        String number = copy.getFileName().toString().substring(pattern.length() - 1);
        if (number.matches("[0-9]+")) { // others are logs of copies, or parts of one
          return copy;
        }
      }
      return null;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static Path unused(Path metadata) {
    for (int i = 1; ; i++) {
      Path file = metadata.resolveSibling(metadata.getFileName() + BEFORE + i);
      if (!Files.exists(file) && !Files.exists(logOf(file))) {
        return file;
      }
    }
  }

  private static Path logOf(Path file) {
    return file.resolveSibling(file.getFileName() + LOG);
  }

  /** Under its name it is complete, even after a crash. */
  private static void copyDurably(Path from, Path to) throws IOException {
    Path part = to.resolveSibling(to.getFileName() + ".part");
    Files.deleteIfExists(part);
    try {
      Files.createFile(part, StoreDirectory.ownerOnly(part, "rw-------"));
      try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
          FileChannel target = FileChannel.open(part, StandardOpenOption.WRITE)) {
        long size = source.size();
        for (long at = 0; at < size; ) {
          long copied = source.transferTo(at, size - at, target);
          if (copied <= 0) {
            throw new IOException(from + " became shorter while it was copied");
          }
          at += copied;
        }
        target.force(true);
      }
      Files.move(part, to);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  Path file() {
    return file;
  }

  private Path log() {
    return logOf(file);
  }

  /** Of no use where nothing was changed. */
  void discard() throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(log());
  }
}
