package org.dedupfs.bridge;

import java.util.Arrays;

/** Arithmetic on absolute paths as the kernel has them: bytes, single slashes, none at the end. */
final class RawPaths {
  private static final byte[] ROOT = {'/'};

  private RawPaths() {}

  static boolean isRoot(byte[] path) {
    return path.length == 1;
  }

  /** Empty for the root. */
  static byte[] lastName(byte[] path) {
    return Arrays.copyOfRange(path, lastSlash(path) + 1, path.length);
  }

  /** The root's is the root. */
  static byte[] parent(byte[] path) {
    int end = lastSlash(path);
    return end <= 0 ? ROOT : Arrays.copyOf(path, end);
  }

  private static int lastSlash(byte[] path) {
    int i = path.length - 1;
    while (i >= 0 && path[i] != '/') {
      i--;
    }
    return i;
  }
}
