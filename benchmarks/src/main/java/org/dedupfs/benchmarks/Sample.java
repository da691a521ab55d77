package org.dedupfs.benchmarks;

import java.io.IOException;

/** What one run of something took. */
record Sample(double wallSeconds, double cpuSeconds) {
  /** Something to measure. */
  @FunctionalInterface
  interface Task {
    void run() throws IOException;
  }

  static Sample of(Task task) throws IOException {
    double cpu = ProcessUsage.cpuSeconds();
    long start = System.nanoTime();
    task.run();
    return new Sample((System.nanoTime() - start) / 1e9, ProcessUsage.cpuSeconds() - cpu);
  }

  /** Without what another sample took, but at least a tick. */
  Sample less(Sample other) {
    return new Sample(
        Math.max(1e-6, wallSeconds - other.wallSeconds),
        Math.max(1e-6, cpuSeconds - other.cpuSeconds));
  }
}
