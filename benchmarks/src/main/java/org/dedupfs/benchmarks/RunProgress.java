package org.dedupfs.benchmarks;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.dedupfs.command.Quantities;
import org.dedupfs.command.TerminalLine;

/** What is running, and how long it will take; on the terminal only. */
final class RunProgress extends TerminalLine {
  private final int all;
  private final AtomicInteger done = new AtomicInteger();
  private volatile String running = "";
  private volatile String step = "";

  RunProgress(PrintWriter terminal, int workloads, boolean show) {
    super(terminal, show);
    this.all = workloads;
    startPainting();
  }

  /** The next one begins. */
  void begin(String workload) {
    running = workload;
    step = "preparing";
  }

  void tell(String what) {
    step = what;
  }

  /** It has ended, well or not. */
  void end() {
    done.incrementAndGet();
  }

  @Override
  protected String line(Duration elapsed) {
    return line(elapsed, done.get());
  }

  private String line(Duration elapsed, int ended) {
    String eta =
        ended == 0 ? "" : ", ETA " + Quantities.clock(elapsed.toSeconds() * (all - ended) / ended);
    return String.format("%d of %d, %s, %s%s", ended + 1, all, running, step, eta);
  }
}
