package org.dedupfs.bridge;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What statvfs(2) tells, asked of the file system at most once a second. */
final class SpaceWatch {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Where it comes from. */
  @FunctionalInterface
  interface Source {
    SpaceStatus ask() throws IOException;
  }

  private final Source source;
  private final LongSupplier nanoClock;

  @GuardedBy("this")
  private @Nullable SpaceStatus last;

  @GuardedBy("this")
  private long askedNanos;

  SpaceWatch(Source source, LongSupplier nanoClock) {
    this.source = source;
    this.nanoClock = nanoClock;
  }

  synchronized SpaceStatus get() throws IOException {
    long now = nanoClock.getAsLong();
    SpaceStatus known = last;
    if (known == null || now - askedNanos >= FRESH_NANOS) {
      known = source.ask();
      last = known;
      askedNanos = now;
    }
    return known;
  }
}
