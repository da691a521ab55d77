package org.dedupfs.blocks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The digest of a block's raw bytes (at least 256 bits); two blocks with one hash are one block.
 */
public final class BlockHash {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;

  private BlockHash(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes ownership of {@code digest}, which must not be changed afterwards. */
  public static BlockHash of(byte[] digest) {
    if (digest.length < 16) {
      throw new IllegalArgumentException("a digest of " + digest.length + " bytes is too short");
    }
    return new BlockHash(digest);
  }

  /** The first four bytes: what an extent keeps to prove that its id still names these bytes. */
  public int check() {
    return (int) INTS.get(bytes, 0);
  }

  /** A copy of the digest. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The digest itself, for this package only. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockHash that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return (int) INTS.get(bytes, 4);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
