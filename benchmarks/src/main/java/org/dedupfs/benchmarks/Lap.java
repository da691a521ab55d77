package org.dedupfs.benchmarks;

import java.io.IOException;

/**
 * What doing something once took.
 *
 * @param amount how much was done, in units of the workload
 */
record Lap(double amount, double wallSeconds, double cpuSeconds) {
  /** Shorter is nothing that a clock tells; keeps ratios finite. */
  private static final double LEAST_SECONDS = 1e-7;

  /** Something to measure. */
  @FunctionalInterface
  interface Task {
    /** Returns how much was done. */
    double run() throws IOException;
  }

  Lap {
    wallSeconds = Math.max(LEAST_SECONDS, wallSeconds);
    cpuSeconds = Math.max(LEAST_SECONDS, cpuSeconds);
  }

  static Lap of(CpuClock clock, Task task) throws IOException {
    double cpu = clock.seconds();
    long start = System.nanoTime();
    double amount = task.run();
    double wall = (System.nanoTime() - start) / 1e9;
    return new Lap(amount, wall, clock.seconds() - cpu);
  }

  /** Without the time that something within it took. */
  Lap less(Lap part) {
    return new Lap(amount, wallSeconds - part.wallSeconds, cpuSeconds - part.cpuSeconds);
  }

  /** Without the time that something within it took, which somebody else has done. */
  Lap lessWall(Lap part) {
    return new Lap(amount, wallSeconds - part.wallSeconds, cpuSeconds);
  }

  Lap plus(Lap other) {
    return new Lap(
        amount + other.amount, wallSeconds + other.wallSeconds, cpuSeconds + other.cpuSeconds);
  }

  double perSecond() {
    return amount / wallSeconds;
  }
}
