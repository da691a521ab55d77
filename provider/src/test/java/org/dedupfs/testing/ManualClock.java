package org.dedupfs.testing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.tree.NanoClock;

/** A clock that stands still until it is told otherwise. Thread-safe. */
public final class ManualClock implements NanoClock {
  private final AtomicLong nowNanos;

  public ManualClock(long nowNanos) {
    this.nowNanos = new AtomicLong(nowNanos);
  }

  @Override
  public long nanos() {
    return nowNanos.get();
  }

  /** Goes on by one nanosecond and tells the time then. */
  public long tick() {
    return nowNanos.incrementAndGet();
  }

  public long advance(Duration duration) {
    return nowNanos.addAndGet(duration.toNanos());
  }
}
