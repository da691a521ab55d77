package org.dedupfs.benchmarks;

/**
 * When a workload is warm, and when it has been measured often enough: compilers need time rather
 * than rounds, and whoever waits needs an end. For one thread.
 */
final class Pace {
  private static final int WARM_UP_SHARE = 3;

  private final RunSizes sizes;
  private final long warmNanos;
  private final long endNanos;
  private boolean warm;

  /** From now on. */
  Pace(RunSizes sizes) {
    long patience = sizes.patience().toNanos();
    this.sizes = sizes;
    this.warmNanos = System.nanoTime() + patience / WARM_UP_SHARE;
    this.endNanos = System.nanoTime() + patience;
  }

  /** Whether a round counts that begins now; once one does all do. */
  boolean isWarm(int round) {
    warm |= round >= sizes.warmUps() && System.nanoTime() - warmNanos >= 0;
    return warm;
  }

  /** Whether there should be one more round; always if none has counted. */
  boolean goesOn(int counted) {
    return counted == 0 || counted < sizes.rounds() && System.nanoTime() - endNanos < 0;
  }
}
