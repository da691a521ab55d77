package org.dedupfs.benchmarks;

/**
 * When a workload is warm, and when it has been measured often enough: compilers need time rather
 * than rounds, and whoever waits needs an end. For one thread.
 */
final class Pace {
  /** Rounds that differ by less are no longer those of a program that is being compiled. */
  private static final double STEADY = 0.1;

  private final RunSizes sizes;
  private final long warmUpEndNanos;
  private long endNanos;
  private double last = Double.NaN;
  private boolean steady;
  private boolean warm;

  /** From now on. */
  Pace(RunSizes sizes) {
    this.sizes = sizes;
    this.warmUpEndNanos = System.nanoTime() + sizes.patience().toNanos() / 2;
  }

  /** A round to warm up is over: what it cost the one that matters, for each that it did. */
  void warmedUp(Lap lap) {
    double now = lap.cpuSeconds() / lap.amount();
    steady = Math.abs(now - last) < STEADY * now;
    last = now;
  }

  /**
   * Whether a round counts that begins now: when enough have warmed up and the last two took about
   * the same, or half the patience is spent. Once one counts all do.
   */
  boolean isWarm(int round) {
    if (!warm && round >= sizes.warmUps() && (steady || System.nanoTime() - warmUpEndNanos >= 0)) {
      warm = true;
      endNanos = System.nanoTime() + sizes.patience().toNanos();
    }
    return warm;
  }

  /** Whether there should be one more round; always if none has counted. */
  boolean goesOn(int counted) {
    return counted == 0 || (counted < sizes.rounds() && System.nanoTime() - endNanos < 0);
  }
}
