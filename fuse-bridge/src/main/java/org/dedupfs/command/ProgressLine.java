package org.dedupfs.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.dedupfs.transfer.Survey;
import org.dedupfs.transfer.TransferTotals;
import org.jspecify.annotations.Nullable;

/**
 * One line on the terminal that says how far a transfer is, how fast, and how long it will take;
 * shown only where somebody can see it, and after two seconds. A second thread counts what there is
 * to do meanwhile.
 */
final class ProgressLine implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 2_000;
  private static final long INTERVAL_MILLIS = 500;
  private static final String CLEAR = "\r\u001b[K";

  /** A line that is wider than the terminal is cut, or each new one would leave a part of it. */
  private static final String DO_NOT_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintWriter terminal;
  private final TransferTotals totals;
  private final Survey survey;
  private final long startNanos = System.nanoTime();
  private final @Nullable Thread painter;
  private final @Nullable Thread surveyor;
  private volatile boolean ended;
  private boolean visible;

  ProgressLine(PrintWriter terminal, TransferTotals totals, Iterable<Path> trees, boolean show) {
    this.terminal = terminal;
    this.totals = totals;
    this.survey = new Survey(Long.MAX_VALUE, () -> ended || Interruption.requested());
    this.painter = show ? new Thread(this::paintUntilEnded, "progress") : null;
    this.surveyor = show ? new Thread(() -> survey.run(trees), "survey") : null;
  }

  ProgressLine start() {
    for (Thread thread : new Thread[] {painter, surveyor}) {
      if (thread != null) {
        thread.setDaemon(true);
        thread.start();
      }
    }
    return this;
  }

  private void paintUntilEnded() {
    try {
      Thread.sleep(PATIENCE_MILLIS);
      while (!ended) {
        paint();
        Thread.sleep(INTERVAL_MILLIS);
      }
    } catch (InterruptedException e) {
      // The end.
      return;
    }
  }

  private synchronized void paint() {
    if (ended) {
      return;
    }
    String line = line(Duration.ofNanos(System.nanoTime() - startNanos));
    terminal.print(CLEAR + DO_NOT_WRAP + line + WRAP);
    terminal.flush();
    visible = true;
  }

  String line(Duration elapsed) {
    long done = totals.doneBytes();
    String rate = Quantities.rate(done, elapsed);
    String files = Quantities.count(totals.files(), "file", "files");
    if (!survey.isComplete() || survey.bytes() == 0) {
      return String.format("%s, %s, %s", files, Quantities.bytes(done), rate);
    }
    long left = Math.max(0, survey.bytes() - done);
    long percent = Math.min(100, 100 * done / survey.bytes());
    long seconds = (long) (left / Math.max(1.0, done * 1000.0 / Math.max(1, elapsed.toMillis())));
    return String.format(
        "%s, %s of %s (%d %%), %s, ETA %s",
        files,
        Quantities.bytes(done),
        Quantities.bytes(survey.bytes()),
        percent,
        rate,
        Quantities.clock(seconds));
  }

  /** Takes the line away, for other output. */
  synchronized void clear() {
    if (visible) {
      terminal.print(CLEAR);
      terminal.flush();
      visible = false;
    }
  }

  @Override
  public void close() {
    ended = true;
    clear();
    if (painter != null) {
      painter.interrupt();
    }
    if (surveyor != null) {
      boolean interrupted = false;
      while (surveyor.isAlive()) {
        try {
          // It looks at the store, which is about to be closed.
          surveyor.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
