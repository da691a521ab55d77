package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list of files that ends in a record which has its length but not its bytes, as a power cut
 * leaves it on disks that write out of order. RocksDB takes it for damage. It is the one or the
 * other: where what can be read reaches all that somebody relies on, nothing is lost without the
 * rest, whichever it is.
 */
final class TornList {
  private static final Logger LOG = LoggerFactory.getLogger(TornList.class);
  private static final String TRIAL = "list-trial.tmp";

  private TornList() {}

  /**
   * Cuts off what cannot be read at the end of a list, having kept a copy beside it; or does
   * nothing, if something that is relied upon could be in there.
   *
   * @param leastMark a {@link BlockStore#durableMark} that the store has had; negative if unknown
   * @return whether it was cut
   */
  static boolean cut(Path directory, long leastMark) throws IOException {
    RocksList list = leastMark < 0 ? null : RocksList.current(directory);
    if (list == null) {
      return false;
    }
    int end = list.readableBytes();
    if (end == 0 || end == list.bytes().length || !isEnough(directory, list, end, leastMark)) {
      return false;
    }
    Path copy = keep(directory, list);
    try (FileChannel channel = FileChannel.open(list.file(), StandardOpenOption.WRITE)) {
      channel.truncate(end);
      channel.force(true);
    }
    LOG.warn(
        "the end of {}, from byte {} on, cannot be read, as a power cut may leave it; nothing"
            + " relies on it, so it was cut off; the file as it was is kept as {}",
        list.file(),
        end,
        copy);
    return true;
  }

  /** Whether the store is whole with the beginning of the list alone. */
  private static boolean isEnough(Path directory, RocksList list, int end, long leastMark)
      throws IOException {
    Path trial = directory.resolve(TRIAL);
    delete(trial);
    Files.createDirectory(trial);
    try {
      Files.write(trial.resolve(list.file().getFileName()), Arrays.copyOf(list.bytes(), end));
      Files.copy(directory.resolve("CURRENT"), trial.resolve("CURRENT"));
      RocksLook.requireEnough(trial, directory, leastMark);
      return true;
    } catch (BlockStoreDamagedException e) {
      LOG.debug("the readable part of {} is not enough", list.file(), e);
      return false; // the caller tells of the damage as it was found first
    } finally {
      delete(trial);
    }
  }

  /** Under a name that RocksDB does not know, so that it never deletes it. */
  private static Path keep(Path directory, RocksList list) throws IOException {
    Path copy;
    int number = 1;
    do {
      copy = directory.resolve("torn-" + number++ + "-" + list.file().getFileName());
    } while (Files.exists(copy));
    Path unfinished = directory.resolve("torn.tmp");
    Files.deleteIfExists(unfinished);
    try (FileChannel channel =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(list.bytes());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
    return copy;
  }

  /** A directory without directories in it. */
  private static void delete(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }
}
