package org.dedupfs.blocks;

import java.util.Arrays;

/**
 * What is kept of a stored block beside its record, under its id: its hash, and the lengths that
 * the counters are made of.
 *
 * @param rawBytes before compression
 * @param storedBytes of the record
 */
public record Fingerprint(BlockHash hash, int rawBytes, int storedBytes) {
  private static final int LENGTHS_BYTES = 8;

  static Fingerprint of(EncodedBlock block) {
    return new Fingerprint(block.hash(), block.rawBytes(), block.recordBytes());
  }

  byte[] toBytes() {
    byte[] hashBytes = hash.bytes();
    byte[] bytes = Arrays.copyOf(hashBytes, hashBytes.length + LENGTHS_BYTES);
    Keys.small(bytes, hashBytes.length, rawBytes);
    Keys.small(bytes, hashBytes.length + 4, storedBytes);
    return bytes;
  }

  static Fingerprint of(byte[] bytes) {
    int hashBytes = bytes.length - LENGTHS_BYTES;
    return new Fingerprint(
        BlockHash.of(Arrays.copyOf(bytes, hashBytes)),
        Keys.small(bytes, hashBytes),
        Keys.small(bytes, hashBytes + 4));
  }

  BlockStatistics addedTo(BlockStatistics sum) {
    return new BlockStatistics(
        sum.blocks() + 1, sum.rawBytes() + rawBytes, sum.storedBytes() + storedBytes);
  }

  BlockStatistics removedFrom(BlockStatistics sum) {
    return new BlockStatistics(
        sum.blocks() - 1, sum.rawBytes() - rawBytes, sum.storedBytes() - storedBytes);
  }
}
