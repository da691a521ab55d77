package org.dedupfs.bridge.jnr;

import static org.dedupfs.bridge.jnr.NativeMemory.IO;
import static org.dedupfs.bridge.jnr.StructLayouts.TIME_NANOS;
import static org.dedupfs.bridge.jnr.StructLayouts.TIME_SECONDS;

import java.time.Instant;
import org.dedupfs.bridge.FileStatus;
import org.dedupfs.bridge.SpaceStatus;
import org.dedupfs.bridge.jnr.StructLayouts.Stat;
import org.dedupfs.bridge.jnr.StructLayouts.StatVfs;
import org.jspecify.annotations.Nullable;

/** Values of the bridge in structures of C. */
final class NativeStructs {
  private static final long NANOS = 1_000_000_000L;
  private static final int STAT_BLOCK_BYTES = 512;
  private static final int PREFERRED_IO_BYTES = 4096;
  private static final long UTIME_NOW = (1L << 30) - 1;
  private static final long UTIME_OMIT = (1L << 30) - 2;

  private NativeStructs() {}

  /**
   * @param stat zeros
   */
  static void put(long stat, FileStatus status) {
    IO.putLong(stat + Stat.INO, status.ino());
    IO.putInt(stat + Stat.MODE, status.mode());
    if (Stat.NLINK_IS_LONG) {
      IO.putLong(stat + Stat.NLINK, status.nlink());
    } else {
      IO.putInt(stat + Stat.NLINK, status.nlink());
    }
    IO.putInt(stat + Stat.UID, status.uid());
    IO.putInt(stat + Stat.GID, status.gid());
    IO.putLong(stat + Stat.RDEV, status.rdev());
    IO.putLong(stat + Stat.SIZE, status.sizeBytes());
    // An int and padding where it is not a long.
    IO.putLong(stat + Stat.BLKSIZE, PREFERRED_IO_BYTES);
    IO.putLong(
        stat + Stat.BLOCKS,
        Math.floorDiv(status.allocatedBytes() + STAT_BLOCK_BYTES - 1, STAT_BLOCK_BYTES));
    putTime(stat + Stat.ATIME, status.accessNanos());
    putTime(stat + Stat.MTIME, status.modifyNanos());
    putTime(stat + Stat.CTIME, status.changeNanos());
  }

  private static void putTime(long timespec, long nanos) {
    IO.putLong(timespec + TIME_SECONDS, Math.floorDiv(nanos, NANOS));
    IO.putLong(timespec + TIME_NANOS, Math.floorMod(nanos, NANOS));
  }

  static void put(long statvfs, SpaceStatus status) {
    IO.putLong(statvfs + StatVfs.BSIZE, status.blockSizeBytes());
    IO.putLong(statvfs + StatVfs.FRSIZE, status.blockSizeBytes());
    IO.putLong(statvfs + StatVfs.BLOCKS, status.blocks());
    IO.putLong(statvfs + StatVfs.BFREE, status.blocksFree());
    IO.putLong(statvfs + StatVfs.BAVAIL, status.blocksAvailable());
    IO.putLong(statvfs + StatVfs.FILES, status.inodes());
    IO.putLong(statvfs + StatVfs.FFREE, status.inodesFree());
    IO.putLong(statvfs + StatVfs.FAVAIL, status.inodesFree());
    IO.putLong(statvfs + StatVfs.NAMEMAX, status.nameMaxBytes());
  }

  /** Now, in nanoseconds since the epoch. */
  static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NANOS + now.getNano();
  }

  /**
   * A time as utimensat(2) has it, null if it is to stay as it is.
   *
   * @param nowNanos what "now" is
   */
  static @Nullable Long time(long timespec, long nowNanos) {
    long seconds = IO.getLong(timespec + TIME_SECONDS);
    long nanos = IO.getLong(timespec + TIME_NANOS);
    if (nanos == UTIME_OMIT) {
      return null;
    }
    return nanos == UTIME_NOW ? Long.valueOf(nowNanos) : Long.valueOf(saturated(seconds, nanos));
  }

  /** The nearest time that can be kept, as Linux does it when a file system's times end earlier. */
  private static long saturated(long seconds, long nanos) {
    if (seconds >= Long.MAX_VALUE / NANOS) {
      return Long.MAX_VALUE;
    }
    if (seconds <= Long.MIN_VALUE / NANOS) {
      return Long.MIN_VALUE;
    }
    return seconds * NANOS + nanos;
  }
}
