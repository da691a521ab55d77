package org.dedupfs.activity;

import org.jspecify.annotations.Nullable;

/** A look into a cache in vain, while what was wanted is being read; used by one thread. */
public final class CacheMiss {
  private final CacheMissEvent event;

  private CacheMiss(CacheMissEvent event) {
    this.event = event;
  }

  /** Begins; null when nobody records. */
  public static @Nullable CacheMiss begin() {
    return FlightRecorder.IS_THERE && CacheMissEvent.isRecorded()
        ? new CacheMiss(CacheMissEvent.begun())
        : null;
  }

  /**
   * What was wanted is there.
   *
   * @param cache its name
   * @param key the number of the block or inode
   */
  public void end(Activity activity, String cache, long key) {
    event.end(activity.store(), cache, key);
  }
}
