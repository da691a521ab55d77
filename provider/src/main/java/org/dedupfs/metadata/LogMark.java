package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the log of an open store certainly had at some moment: kept in a small file beside it from
 * soon after the opening to the closing. So a log that has lost more than the last moment before a
 * kill, or all of it, is not taken for the end that a power cut leaves.
 *
 * @param synced whether each commit was durable before the next began
 * @param begun whether the log had a header; if not, it may be empty
 * @param salts of that header, which grow with each beginning of the log
 * @param frames how many it had, up to a commit
 * @param commit the number of a commit that was durable, in the log or in the file
 */
record LogMark(boolean synced, boolean begun, long salts, int frames, long commit) {
  private static final int MAGIC = 0x6d61726b;
  private static final int BYTES = 40;

  /** Stands for one that cannot be read. */
  static final LogMark UNREADABLE = new LogMark(false, false, 0, 0, 0);

  static Path path(Path database) {
    return database.resolveSibling(database.getFileName() + "-mark");
  }

  /** Null if there is none: the store was closed, or never opened by who makes such marks. */
  static @Nullable LogMark read(Path database) throws IOException {
    Path path = path(database);
    if (!Files.exists(path)) {
      return null;
    }
    byte[] bytes = Files.readAllBytes(path);
    if (bytes.length != BYTES) {
      return UNREADABLE;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (buffer.getInt() != MAGIC || buffer.getInt(BYTES - 4) != checksum(bytes)) {
      return UNREADABLE;
    }
    int flags = buffer.getInt();
    return new LogMark(
        (flags & 1) != 0, (flags & 2) != 0, buffer.getLong(), buffer.getInt(), buffer.getLong());
  }

  /** Durable when this returns; within one sector, so that no power cut leaves half of it. */
  void write(Path database) throws IOException {
    Path path = path(database);
    boolean isNew = !Files.exists(path);
    if (isNew) {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    buffer.putInt(MAGIC).putInt((synced ? 1 : 0) | (begun ? 2 : 0));
    buffer.putLong(salts).putInt(frames).putLong(commit);
    buffer.putInt(BYTES - 4, checksum(buffer.array()));
    buffer.clear();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      while (buffer.hasRemaining()) {
        channel.write(buffer, buffer.position());
      }
      channel.force(false);
    }
    if (isNew) {
      forceDirectoryOf(path);
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, BYTES - 4);
    return (int) crc.getValue();
  }

  /** Before the log goes, or is emptied; durable when this returns. */
  static void delete(Path database) throws IOException {
    Path path = path(database);
    if (Files.deleteIfExists(path)) {
      forceDirectoryOf(path);
    }
  }

  private static void forceDirectoryOf(Path path) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
