package org.dedupfs.metadata;

/**
 * What is known of one file: POSIX {@code struct stat} and a few things of our own.
 *
 * @param mode type ({@code S_IFMT}) and 12 permission bits, as in {@code st_mode}
 * @param uid unsigned 32 bits
 * @param gid unsigned 32 bits
 * @param rdev device number, Linux encoding; 0 unless a device
 * @param sizeBytes length of a regular file, of a link's target, else 0
 * @param allocatedBytes bytes of a regular file that are not holes
 * @param parent of a directory, its parent (the root's is itself); of anything else 0
 * @param flags reserved, 0
 */
public record Inode(
    InodeNumber number,
    int mode,
    int nlink,
    int uid,
    int gid,
    long rdev,
    long sizeBytes,
    long allocatedBytes,
    long accessNanos,
    long modifyNanos,
    long changeNanos,
    long birthNanos,
    InodeNumber parent,
    int flags)
    implements Row {

  @Override
  public RowKey<Inode> key() {
    return RowKey.inode(number);
  }

  @Override
  public int weightBytes() {
    return 200;
  }

  /** Whether a file can be so: it has a type, and nothing of it is less than nothing. */
  public boolean isPossible() {
    return FileType.isIn(mode) && sizeBytes >= 0 && allocatedBytes >= 0 && nlink >= 0;
  }

  public FileType type() {
    return FileType.ofMode(mode);
  }

  public boolean isDirectory() {
    return type() == FileType.DIRECTORY;
  }

  public boolean isRegular() {
    return type() == FileType.REGULAR;
  }

  public boolean isSymlink() {
    return type() == FileType.SYMLINK;
  }

  public Builder toBuilder() {
    return new Builder(this);
  }

  /** A changed copy in the making. */
  public static final class Builder {
    private final InodeNumber number;
    private int mode;
    private int nlink;
    private int uid;
    private int gid;
    private long rdev;
    private long sizeBytes;
    private long allocatedBytes;
    private long accessNanos;
    private long modifyNanos;
    private long changeNanos;
    private long birthNanos;
    private InodeNumber parent;
    private int flags;

    /** All fields 0, the parent too. */
    public Builder(InodeNumber number) {
      this.number = number;
      this.parent = new InodeNumber(0);
    }

    private Builder(Inode from) {
      number = from.number;
      mode = from.mode;
      nlink = from.nlink;
      uid = from.uid;
      gid = from.gid;
      rdev = from.rdev;
      sizeBytes = from.sizeBytes;
      allocatedBytes = from.allocatedBytes;
      accessNanos = from.accessNanos;
      modifyNanos = from.modifyNanos;
      changeNanos = from.changeNanos;
      birthNanos = from.birthNanos;
      parent = from.parent;
      flags = from.flags;
    }

    public Builder mode(int value) {
      mode = value;
      return this;
    }

    /** Replaces the 12 permission bits, keeps the type. */
    public Builder permissions(int bits) {
      mode = (mode & ~07777) | (bits & 07777);
      return this;
    }

    public Builder nlink(int value) {
      nlink = value;
      return this;
    }

    public Builder uid(int value) {
      uid = value;
      return this;
    }

    public Builder gid(int value) {
      gid = value;
      return this;
    }

    public Builder rdev(long value) {
      rdev = value;
      return this;
    }

    public Builder sizeBytes(long value) {
      sizeBytes = value;
      return this;
    }

    public Builder allocatedBytes(long value) {
      allocatedBytes = value;
      return this;
    }

    public Builder accessNanos(long value) {
      accessNanos = value;
      return this;
    }

    public Builder modifyNanos(long value) {
      modifyNanos = value;
      return this;
    }

    public Builder changeNanos(long value) {
      changeNanos = value;
      return this;
    }

    public Builder birthNanos(long value) {
      birthNanos = value;
      return this;
    }

    public Builder parent(InodeNumber value) {
      parent = value;
      return this;
    }

    public Builder flags(int value) {
      flags = value;
      return this;
    }

    public Inode build() {
      return new Inode(
          number,
          mode,
          nlink,
          uid,
          gid,
          rdev,
          sizeBytes,
          allocatedBytes,
          accessNanos,
          modifyNanos,
          changeNanos,
          birthNanos,
          parent,
          flags);
    }
  }
}
