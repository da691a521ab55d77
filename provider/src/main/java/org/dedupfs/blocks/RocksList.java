package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
      // What is too long is damage, too, or a torn end: what follows in its block is not read.
      at += HEADER_BYTES + length <= left ? HEADER_BYTES + length : left;
    }
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
