package org.dedupfs.blocks;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What stands before the payload in the record of a block, format 1: format (1 byte), codec (1),
 * length of the raw bytes (4, big-endian), length of the hash (1), the hash.
 */
record BlockHeader(Codec codec, int rawBytes, BlockHash hash) {
  static final byte FORMAT = 1;
  private static final int FIXED_BYTES = 7;

  /** Where the payload begins. */
  int bytes() {
    return FIXED_BYTES + hash.bytes().length;
  }

  void write(ByteBuffer record) {
    record
        .put(FORMAT)
        .put(codec.number())
        .putInt(rawBytes)
        .put((byte) hash.bytes().length)
        .put(hash.bytes());
  }

  /** As {@link #read(BlockId, byte[], int)}, of a record that fills its array. */
  static BlockHeader read(BlockId id, byte[] record) throws BlockDamagedException {
    return read(id, record, record.length);
  }

  /**
   * Reads and checks the header of a record that takes the first {@code length} bytes of an array;
   * nothing in it is trusted.
   *
   * @throws BlockDamagedException if it cannot be one
   */
  static BlockHeader read(BlockId id, byte[] record, int length) throws BlockDamagedException {
    if (length < FIXED_BYTES + HashAlgorithm.MIN_BYTES) {
      throw new BlockDamagedException(id, "is cut off after " + length + " bytes");
    }
    if (record[0] != FORMAT) {
      throw new BlockDamagedException(id, "has unknown format " + record[0]);
    }
    Codec codec = Codec.of(record[1]);
    if (codec == null) {
      throw new BlockDamagedException(id, "has unknown codec " + record[1]);
    }
    int rawBytes = ByteBuffer.wrap(record, 2, 4).getInt();
    if (rawBytes < 0 || rawBytes > BlockStore.MAX_BLOCK_BYTES) {
      throw new BlockDamagedException(id, "claims a length of " + rawBytes + " bytes");
    }
    int hashBytes = record[6] & 0xff;
    int payload = FIXED_BYTES + hashBytes;
    if (hashBytes < HashAlgorithm.MIN_BYTES || payload > length) {
      throw new BlockDamagedException(id, "claims a hash of " + hashBytes + " bytes");
    }
    if (codec == Codec.NONE && length - payload != rawBytes) {
      throw new BlockDamagedException(
          id, "has " + (length - payload) + " bytes instead of " + rawBytes);
    }
    BlockHash hash = BlockHash.of(Arrays.copyOfRange(record, FIXED_BYTES, payload));
    return new BlockHeader(codec, rawBytes, hash);
  }
}
