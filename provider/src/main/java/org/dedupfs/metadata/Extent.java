package org.dedupfs.metadata;

import org.dedupfs.blocks.BlockId;

/**
 * A run of a file's bytes: part of one block, a hole, or a range known to be damaged. {@code
 * lengthBytes} bytes of the file, from {@code offsetBytes} on, are the bytes of block {@code
 * blockId} from {@code skipBytes} on.
 *
 * @param lengthBytes at least 1
 * @param blockId a block's id, {@link #HOLE} or {@link #DAMAGED}
 * @param skipBytes 0 unless a block
 * @param check the first four bytes of the block's hash; 0 unless a block
 */
public record Extent(long offsetBytes, long lengthBytes, long blockId, int skipBytes, int check) {
  public static final long HOLE = 0;
  public static final long DAMAGED = -1;

  public static Extent hole(long offsetBytes, long lengthBytes) {
    return new Extent(offsetBytes, lengthBytes, HOLE, 0, 0);
  }

  public long endBytes() {
    return offsetBytes + lengthBytes;
  }

  public boolean isHole() {
    return blockId == HOLE;
  }

  public boolean isBlock() {
    return blockId > 0;
  }

  public BlockId block() {
    return new BlockId(blockId);
  }

  /** The part of this extent from {@code fromBytes} (included) to {@code toBytes} (excluded). */
  public Extent slice(long fromBytes, long toBytes) {
    if (fromBytes < offsetBytes || toBytes > endBytes() || fromBytes >= toBytes) {
      throw new IllegalArgumentException(this + " has no part " + fromBytes + ".." + toBytes);
    }
    int skip = isBlock() ? Math.toIntExact(skipBytes + (fromBytes - offsetBytes)) : 0;
    return new Extent(fromBytes, toBytes - fromBytes, blockId, skip, check);
  }

  /** The same bytes at another place of a file. */
  public Extent at(long newOffsetBytes) {
    return new Extent(newOffsetBytes, lengthBytes, blockId, skipBytes, check);
  }
}
