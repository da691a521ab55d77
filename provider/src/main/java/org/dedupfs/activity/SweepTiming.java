package org.dedupfs.activity;

import org.jspecify.annotations.Nullable;

/** One sweep under way; used by one thread. */
public final class SweepTiming {
  private final Activity activity;
  private final @Nullable SweepEvent event;
  private final long startNanos = System.nanoTime();

  /**
   * What a sweep found.
   *
   * @param dryRun whether it was left there
   * @param deadBytes of the dead blocks, as stored
   */
  public record Found(boolean dryRun, long liveBlocks, long deadBlocks, long deadBytes) {}

  /** Begins. */
  public SweepTiming(Activity activity) {
    this.activity = activity;
    this.event = FlightRecorder.IS_THERE ? SweepEvent.begun() : null;
  }

  /** It has come to its end. */
  public void end(Found found) {
    if (!found.dryRun()) {
      activity.swept(System.nanoTime() - startNanos, found.deadBlocks(), found.deadBytes());
    }
    if (event != null) {
      event.end(activity.store(), found);
    }
  }
}
