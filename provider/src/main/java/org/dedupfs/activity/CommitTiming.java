package org.dedupfs.activity;

import org.jspecify.annotations.Nullable;

/** One commit under way; used by one thread. */
public final class CommitTiming {
  private final Activity activity;
  private final @Nullable CommitEvent event;
  private final long startNanos = System.nanoTime();

  /** Begins. */
  public CommitTiming(Activity activity) {
    this.activity = activity;
    this.event = FlightRecorder.IS_THERE ? CommitEvent.begun() : null;
  }

  /**
   * It has succeeded, and there was something to commit.
   *
   * @param files that took part
   * @param everything whether all were to
   */
  public void end(int files, boolean everything) {
    activity.committed(System.nanoTime() - startNanos);
    if (event != null) {
      event.end(activity.store(), files, everything);
    }
  }
}
