package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * RocksDB's list of files as bytes, to be looked at before RocksDB does: a record of a type that
 * only its logs have keeps it busy for ever.
 */
final class RocksList {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int HEADER_BYTES = 7;
  private static final int LENGTH_AT = 4;
  private static final int TYPE_AT = 6;

  /** Full, first, middle, last; 0 is what was never written. */
  private static final int MOST_TYPE = 4;

  private static final int FULL = 1;
  private static final int FIRST = 2;

  private static final int CHECKSUM_ROTATION = 15;
  private static final int CHECKSUM_DELTA = 0xa282ead8;

  /** How a record begins that tells the identity: its tag, 8193, as RocksDB writes numbers. */
  private static final int IDENTITY_TAG = 0x8140;

  private final Path file;
  private final ByteBuffer bytes;

  private RocksList(Path file) throws IOException {
    this.file = file;
    this.bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Null if it is not known which it is, or it is not there. */
  static @Nullable RocksList current(Path directory) throws IOException {
    Path current = directory.resolve("CURRENT");
    if (!Files.isRegularFile(current)) {
      return null;
    }
    String name = new String(Files.readAllBytes(current), StandardCharsets.ISO_8859_1).strip();
    if (!name.matches("MANIFEST-[0-9]+")) {
      return null;
    }
    Path list = directory.resolve(name);
    return Files.isRegularFile(list) ? new RocksList(list) : null;
  }

  /** What it is read from. */
  Path file() {
    return file;
  }

  /** All of it; not to be changed. */
  byte[] bytes() {
    return bytes.array();
  }

  /** A record, or part of one. */
  private record Part(int at, int type, int length, boolean isWhole) {}

  /** Null at the end. */
  private @Nullable Part part(int from) {
    int left = BLOCK_BYTES - from % BLOCK_BYTES;
    int at = left < HEADER_BYTES ? from + left : from;
    if (at + HEADER_BYTES > bytes.limit()) {
      return null;
    }
    int length = Short.toUnsignedInt(bytes.getShort(at + LENGTH_AT));
    int type = Byte.toUnsignedInt(bytes.get(at + TYPE_AT));
    int room = Math.min(BLOCK_BYTES - at % BLOCK_BYTES, bytes.limit() - at);
    boolean isWhole =
        type != 0
            && HEADER_BYTES + length <= room
            && bytes.getInt(at) == checksum(at + TYPE_AT, 1 + length);
    return new Part(at, type, length, isWhole);
  }

  /**
   * Lets no list pass that has what RocksDB never writes into one. All else RocksDB tells.
   *
   * @throws BlockListDamagedException if it has; nothing is changed
   */
  static void requireReadable(Path directory) throws IOException {
    RocksList list = current(directory);
    if (list != null) {
      list.requireKnownTypes();
    }
  }

  private void requireKnownTypes() throws BlockListDamagedException {
    for (Part part = part(0); part != null; ) {
      if (part.type > MOST_TYPE) {
        throw new BlockListDamagedException(
            "the file "
                + file
                + " is damaged at "
                + part.at
                + "; put it back from a copy, or run dedupfs repair STORE; nothing was changed",
            null);
      }
      // As RocksDB, which reads no more of a block when a record of it is not whole: a power cut
      // may have left anything behind that.
      part =
          part(
              part.isWhole
                  ? part.at + HEADER_BYTES + part.length
                  : part.at - part.at % BLOCK_BYTES + BLOCK_BYTES);
    }
  }

  /** How many bytes from the beginning are whole records. */
  int readableBytes() {
    int end = 0;
    int next = 0;
    for (Part part = part(0); part != null && part.isWhole; part = part(next)) {
      next = part.at + HEADER_BYTES + part.length;
      boolean isLast = part.type == FULL || part.type == MOST_TYPE;
      end = isLast ? next : end;
    }
    return end;
  }

  /** Which store it is; null if it does not say, as older ones, or cannot be read so far. */
  @Nullable String identity() {
    Part part = part(0);
    while (part != null && part.isWhole) {
      int text = part.at + HEADER_BYTES + 3;
      boolean begins = part.type == FULL || part.type == FIRST;
      if (begins
          && part.length > 3
          && Short.toUnsignedInt(Short.reverseBytes(bytes.getShort(text - 3))) == IDENTITY_TAG) {
        int length = Math.min(Byte.toUnsignedInt(bytes.get(text - 1)), part.length - 3);
        return new String(bytes.array(), text, length, StandardCharsets.ISO_8859_1);
      }
      part = part(part.at + HEADER_BYTES + part.length);
    }
    return null;
  }

  /** That of a record's type and bytes, in the disguise that RocksDB gives it. */
  private int checksum(int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), from, length);
    return Integer.rotateRight((int) crc.getValue(), CHECKSUM_ROTATION) + CHECKSUM_DELTA;
  }
}
