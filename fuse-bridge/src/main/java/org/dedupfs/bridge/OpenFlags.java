package org.dedupfs.bridge;

/** Flags of open(2) on x86-64 and aarch64. */
final class OpenFlags {
  static final int ACCESS_MODE = 03;
  static final int READ_ONLY = 0;
  static final int WRITE_ONLY = 1;
  static final int READ_WRITE = 2;
  static final int EXCLUSIVE = 0200;
  static final int TRUNCATE = 01000;
  static final int APPEND = 02000;

  private OpenFlags() {}

  static boolean writes(int flags) {
    return (flags & ACCESS_MODE) != READ_ONLY || (flags & TRUNCATE) != 0;
  }
}
