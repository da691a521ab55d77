package org.dedupfs.metadata;

/** The number of an inode; never issued twice. The root directory is {@link #ROOT}. */
public record InodeNumber(long value) implements Comparable<InodeNumber> {
  public static final InodeNumber ROOT = new InodeNumber(1);

  @Override
  public int compareTo(InodeNumber other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "inode " + value;
  }
}
