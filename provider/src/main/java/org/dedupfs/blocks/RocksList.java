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
 * Looks at the form of RocksDB's list of files, before RocksDB does: a record of a type that only
 * its logs have keeps it busy for ever.
 */
final class RocksList {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int HEADER_BYTES = 7;
  private static final int LENGTH_AT = 4;
  private static final int TYPE_AT = 6;

  /** Full, first, middle, last; 0 is what was never written. */
  private static final int MOST_TYPE = 4;

  private static final int CHECKSUM_ROTATION = 15;
  private static final int CHECKSUM_DELTA = 0xa282ead8;

  private RocksList() {}

  /**
   * Lets no list pass that has what RocksDB never writes into one. All else RocksDB tells.
   *
   * @throws BlockListDamagedException if it has; nothing is changed
   */
  static void requireReadable(Path directory) throws IOException {
    Path list = current(directory);
    if (list == null) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(list)).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at + HEADER_BYTES <= bytes.limit()) {
      int left = BLOCK_BYTES - at % BLOCK_BYTES;
      if (left < HEADER_BYTES) {
        at += left;
        continue;
      }
      int length = Short.toUnsignedInt(bytes.getShort(at + LENGTH_AT));
      int type = Byte.toUnsignedInt(bytes.get(at + TYPE_AT));
      if (type > MOST_TYPE) {
        throw new BlockListDamagedException(
            "the file "
                + list
                + " is damaged at "
                + at
                + "; put it back from a copy, or run dedupfs repair STORE; nothing was changed",
            null);
      }
      // As RocksDB, which reads no more of a block when a record of it is not whole: a power cut
      // may have left anything behind that.
      boolean isWhole =
          type != 0
              && HEADER_BYTES + length <= Math.min(left, bytes.limit() - at)
              && bytes.getInt(at) == checksum(bytes.array(), at + TYPE_AT, 1 + length);
      at += isWhole ? HEADER_BYTES + length : left;
    }
  }

  /** That of a record's type and bytes, in the disguise that RocksDB gives it. */
  private static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), CHECKSUM_ROTATION) + CHECKSUM_DELTA;
  }

  /** Null if it is not known which it is, or it is not there. */
  private static @Nullable Path current(Path directory) throws IOException {
    Path current = directory.resolve("CURRENT");
    if (!Files.isRegularFile(current)) {
      return null;
    }
    String name = new String(Files.readAllBytes(current), StandardCharsets.ISO_8859_1).strip();
    if (!name.matches("MANIFEST-[0-9]+")) {
      return null;
    }
    Path list = directory.resolve(name);
    return Files.isRegularFile(list) ? list : null;
  }
}
