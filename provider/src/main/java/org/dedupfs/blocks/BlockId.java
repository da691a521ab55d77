package org.dedupfs.blocks;

/**
 * The name of one stored block: dense, ascending in write order, and never issued twice.
 *
 * @param value at least 1
 */
public record BlockId(long value) implements Comparable<BlockId> {
  public BlockId {
    if (value < 1) {
      throw new IllegalArgumentException("block id " + value + " is below 1");
    }
  }

  @Override
  public int compareTo(BlockId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "#" + value;
  }
}
