package org.dedupfs.tree;

import java.time.Duration;
import org.dedupfs.metadata.Inode;

/** Whether reading sets the access time, as the mount options of the same names say. */
public enum AccessPolicy {
  /** Only when the access time is not after the last change, or is a day old; as mount(8). */
  RELATIME {
    @Override
    long dueNanos(Inode seen) {
      long access = seen.accessNanos();
      if (access <= seen.modifyNanos() || access <= seen.changeNanos()) {
        return ALWAYS;
      }
      return access > NEVER - DAY_NANOS ? NEVER : access + DAY_NANOS;
    }
  },
  /** Never. */
  NOATIME {
    @Override
    long dueNanos(Inode seen) {
      return NEVER;
    }
  },
  /** With every read. */
  STRICT {
    @Override
    long dueNanos(Inode seen) {
      return ALWAYS;
    }
  };

  /** What {@link #dueNanos} says of a time that no clock shows. */
  static final long NEVER = Long.MAX_VALUE;

  /** What {@link #dueNanos} says when there is nothing to wait for. */
  static final long ALWAYS = Long.MIN_VALUE;

  private static final long DAY_NANOS = Duration.ofDays(1).toNanos();

  /** From when on, in nanoseconds since the epoch, a read sets the access time. */
  abstract long dueNanos(Inode seen);

  final boolean isDue(Inode seen, long nowNanos) {
    long due = dueNanos(seen);
    return due != NEVER && due <= nowNanos;
  }
}
