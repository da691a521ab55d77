package org.dedupfs.bridge;

/** Types of files, as in {@code st_mode}. */
final class FileModes {
  static final int TYPE = 0170000;
  static final int DIRECTORY = 0040000;
  static final int REGULAR = 0100000;
  static final int SYMBOLIC_LINK = 0120000;
  static final int PERMISSIONS = 07777;

  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int GROUP_EXECUTE = 00010;

  private FileModes() {}

  /** setgid without group execution meant mandatory locking and stays. */
  static int withoutPrivileges(int mode) {
    return mode & ~((mode & GROUP_EXECUTE) == 0 ? SETUID : SETUID | SETGID);
  }

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
