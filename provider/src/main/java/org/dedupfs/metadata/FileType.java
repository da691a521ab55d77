package org.dedupfs.metadata;

/** The type of a file, with the {@code S_IFMT} bits that stand for it in a mode. */
public enum FileType {
  FIFO(0010000),
  CHARACTER_DEVICE(0020000),
  DIRECTORY(0040000),
  BLOCK_DEVICE(0060000),
  REGULAR(0100000),
  SYMLINK(0120000),
  SOCKET(0140000);

  public static final int MASK = 0170000;

  private final int modeBits;

  FileType(int modeBits) {
    this.modeBits = modeBits;
  }

  public int modeBits() {
    return modeBits;
  }

  /** Whether there is a type in a mode. */
  public static boolean isIn(int mode) {
    for (FileType type : values()) {
      if ((mode & MASK) == type.modeBits) {
        return true;
      }
    }
    return false;
  }

  /**
   * The type in a mode.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static FileType ofMode(int mode) {
    return switch (mode & MASK) {
      case 0010000 -> FIFO;
      case 0020000 -> CHARACTER_DEVICE;
      case 0040000 -> DIRECTORY;
      case 0060000 -> BLOCK_DEVICE;
      case 0100000 -> REGULAR;
      case 0120000 -> SYMLINK;
      case 0140000 -> SOCKET;
      default ->
          throw new IllegalArgumentException("no file type in mode " + Integer.toOctalString(mode));
    };
  }
}
