package org.dedupfs.bridge;

/** Types of files, as in {@code st_mode}. */
final class FileModes {
  static final int TYPE = 0170000;
  static final int DIRECTORY = 0040000;
  static final int REGULAR = 0100000;
  static final int SYMBOLIC_LINK = 0120000;
  static final int PERMISSIONS = 07777;

  private FileModes() {}

  static boolean isDirectory(int mode) {
    return (mode & TYPE) == DIRECTORY;
  }

  /** Whether writing goes to the file system; to a device, fifo or socket it does not. */
  static boolean isStored(int mode) {
    return isRegular(mode) || isDirectory(mode);
  }

  static boolean isRegular(int mode) {
    return (mode & TYPE) == REGULAR;
  }
}
