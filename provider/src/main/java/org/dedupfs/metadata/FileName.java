package org.dedupfs.metadata;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One name in a directory: 1 to 255 bytes, neither {@code /} nor NUL among them; equality and order
 * are on unsigned bytes. Names longer than {@link #MAX_BYTES} can be made (they occur in paths) but
 * not stored.
 */
public final class FileName implements Comparable<FileName> {
  public static final int MAX_BYTES = 255;

  private final byte[] bytes;
  private final int hash;

  private FileName(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /** Takes ownership of {@code bytes}. */
  public static FileName of(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("a file name is empty");
    }
    for (byte b : bytes) {
      if (b == 0 || b == '/') {
        throw new IllegalArgumentException("a file name contains NUL or '/'");
      }
    }
    return new FileName(bytes);
  }

  public static FileName of(String utf8) {
    return of(utf8.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return bytes.length;
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes themselves: not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  public boolean isDot() {
    return bytes.length == 1 && bytes[0] == '.';
  }

  public boolean isDotDot() {
    return bytes.length == 2 && bytes[0] == '.' && bytes[1] == '.';
  }

  @Override
  public int compareTo(FileName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileName that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** For messages only: bytes that are not UTF-8 are replaced. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
