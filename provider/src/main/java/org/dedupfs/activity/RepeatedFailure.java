package org.dedupfs.activity;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a failure of something that is tried over and over is worth a line in a log: when it is
 * another one than last time, and once in ten minutes. Safe for any number of threads.
 */
public final class RepeatedFailure {
  private static final long PAUSE_NANOS = 600_000_000_000L;

  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private @Nullable String last;

  @GuardedBy("this")
  private long toldNanos;

  /** Nothing has failed yet. */
  public RepeatedFailure() {
    this(System::nanoTime);
  }

  RepeatedFailure(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether to tell of a failure that has just happened. */
  public synchronized boolean isNews(String failure) {
    long now = nanoTime.getAsLong();
    if (failure.equals(last) && now - toldNanos < PAUSE_NANOS) {
      return false;
    }
    last = failure;
    toldNanos = now;
    return true;
  }

  /** It has succeeded; whether that is news. */
  public synchronized boolean hasEnded() {
    boolean failedBefore = last != null;
    last = null;
    return failedBefore;
  }
}
