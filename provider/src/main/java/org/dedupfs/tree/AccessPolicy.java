package org.dedupfs.tree;

import java.time.Duration;
import org.dedupfs.metadata.Inode;

/** Whether reading sets the access time, as the mount options of the same names say. */
public enum AccessPolicy {
  /** Only when the access time is not after the last change, or is a day old; as mount(8). */
  RELATIME {
    @Override
    boolean isDue(Inode seen, long nowNanos) {
      return seen.accessNanos() <= seen.modifyNanos()
          || seen.accessNanos() <= seen.changeNanos()
          || nowNanos - seen.accessNanos() >= DAY_NANOS;
    }
  },
  /** Never. */
  NOATIME {
    @Override
    boolean isDue(Inode seen, long nowNanos) {
      return false;
    }
  },
  /** With every read. */
  STRICT {
    @Override
    boolean isDue(Inode seen, long nowNanos) {
      return seen.accessNanos() != nowNanos;
    }
  };

  private static final long DAY_NANOS = Duration.ofDays(1).toNanos();

  abstract boolean isDue(Inode seen, long nowNanos);
}
