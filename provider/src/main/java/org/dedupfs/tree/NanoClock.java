package org.dedupfs.tree;

import java.time.Clock;
import java.time.Instant;

/** Tells the time in nanoseconds since the epoch; may tell the same time twice. Thread-safe. */
@FunctionalInterface
public interface NanoClock {
  long nanos();

  /** The system's clock, as exactly as Java reads it. */
  static NanoClock system() {
    Clock clock = Clock.systemUTC();
    return () -> {
      Instant now = clock.instant();
      return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    };
  }
}
