package org.dedupfs.benchmarks;

import java.io.IOException;
import org.dedupfs.benchmarks.report.Unit;
import org.dedupfs.benchmarks.report.WorkloadReport;

/**
 * One thing that is measured.
 *
 * @param name as {@code --only} takes it
 * @param title what is done, in a few words
 */
record Workload(String name, Door door, String title, Unit unit, Body body) {
  /** How the store is used. */
  enum Door {
    API("Java API"),
    MOUNT("mount");

    private final String shown;

    Door(String shown) {
      this.shown = shown;
    }

    String shown() {
      return shown;
    }
  }

  /** The work itself. */
  @FunctionalInterface
  interface Body {
    void run(Bench bench, Measured measured) throws IOException, InterruptedException;
  }

  /** Measures; what it made is gone afterwards. */
  WorkloadReport run(Bench bench) throws IOException, InterruptedException {
    ResidentMemory memory =
        door == Door.API
            ? ResidentMemory.SELF
            : ResidentMemory.of(bench.mounts().ours().program().pid());
    memory.forget();
    long start = System.nanoTime();
    Measured measured = new Measured(unit, bench.rounds());
    body.run(bench, measured);
    return measured.report(this, memory.peakBytes(), (System.nanoTime() - start) / 1e9);
  }
}
