package org.dedupfs.activity;

import org.jspecify.annotations.Nullable;

/** One flush under way; used by one thread. */
public final class FlushTiming {
  private final Activity activity;
  private final @Nullable FlushEvent event;
  private final long startNanos = System.nanoTime();

  /** Begins. */
  public FlushTiming(Activity activity) {
    this.activity = activity;
    this.event = FlightRecorder.IS_THERE ? FlushEvent.begun() : null;
  }

  /** It has succeeded. */
  public void end(long bytes) {
    activity.flushed(System.nanoTime() - startNanos, bytes);
    if (event != null) {
      event.end(activity.store(), bytes);
    }
  }
}
