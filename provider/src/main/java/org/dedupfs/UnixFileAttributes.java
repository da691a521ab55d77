package org.dedupfs;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;

/** All of POSIX {@code struct stat}: the attributes of the view {@code unix}. */
public interface UnixFileAttributes extends PosixFileAttributes {
  /** Type and 12 permission bits, as in {@code st_mode}. */
  int mode();

  /** Inode number; never used twice in a store. */
  long ino();

  /** The store, as a number. */
  long dev();

  /** Device number of a device, Linux encoding; else 0. */
  long rdev();

  int nlink();

  /** Owner, unsigned 32 bits. */
  int uid();

  /** Group, unsigned 32 bits. */
  int gid();

  /** When content or attributes changed last. */
  FileTime ctime();

  /** Bytes that are not holes. */
  long allocatedBytes();
}
