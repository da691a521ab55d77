package org.dedupfs.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Finds out why a file could not be written, where that is not told: that there was no space is
 * kept from callers by the driver of SQLite when a sync has failed, and by RocksDB when a flush
 * has.
 */
public final class RoomLeft {
  /** More than a file system keeps in the inode of a small file, or in what is allocated. */
  private static final int PROBE_BYTES = 1 << 20;

  private RoomLeft() {}

  /**
   * Whether a directory has no room for another file, or none within a quota: tries it with one
   * that has no name while it exists. Interrupts change nothing.
   */
  public static boolean isNone(Path directory) {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return !canWriteIn(directory);
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean canWriteIn(Path directory) throws ClosedByInterruptException {
    Path probe = directory.resolve("space-probe.tmp");
    try {
      Files.deleteIfExists(probe); // of a process that was killed
      try (FileChannel channel =
          FileChannel.open(
              probe,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(PROBE_BYTES);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      return true;
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      return !isNoSpace(e) && usableBytes(directory) >= PROBE_BYTES;
    }
  }

  private static boolean isNoSpace(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left") || message.contains("quota exceeded");
  }

  /** For systems that say it in another language. */
  private static long usableBytes(Path directory) {
    try {
      return HostSpace.of(directory).usableBytes();
    } catch (IOException e) {
      return Long.MAX_VALUE; // not known
    }
  }
}
