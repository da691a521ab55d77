package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Data for tests, and the three steps of a write in one. */
final class Blocks {
  private Blocks() {}

  static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Different for each seed, and easy to compress. */
  static byte[] text(long seed, int length) {
    byte[] line =
        ("block " + seed + " says the same again\n")
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i += line.length) {
      System.arraycopy(line, 0, bytes, i, Math.min(line.length, length - i));
    }
    return bytes;
  }

  static BlockId put(BlockStore store, byte[] raw) throws IOException {
    return store.put(encode(store, raw));
  }

  static EncodedBlock encode(BlockStore store, byte[] raw) {
    ByteBuffer buffer = ByteBuffer.wrap(raw);
    return store.encode(store.hash(buffer), buffer);
  }

  static int check(BlockStore store, byte[] raw) {
    return store.hash(ByteBuffer.wrap(raw)).check();
  }

  static byte[] read(BlockStore store, BlockId id, byte[] expected) throws IOException {
    return store.read(id, check(store, expected));
  }

  /** Whether the block reads as these bytes; anything else must be told as damage. */
  static boolean reads(BlockStore store, BlockId id, byte[] expected) throws IOException {
    try {
      byte[] actual = read(store, id, expected);
      if (!Arrays.equals(actual, expected)) {
        throw new AssertionError("block " + id + " was handed out with other bytes");
      }
      return true;
    } catch (BlockDamagedException e) {
      return false;
    }
  }
}
