package org.dedupfs.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.dedupfs.transfer.Survey;
import org.dedupfs.transfer.TransferTotals;
import org.jspecify.annotations.Nullable;

/**
 * How far a transfer is, how fast, and how long it will take. A second thread counts what there is
 * to do meanwhile.
 */
final class ProgressLine extends TerminalLine {
  private final TransferTotals totals;
  private final Survey survey;
  private final @Nullable Thread surveyor;

  ProgressLine(PrintWriter terminal, TransferTotals totals, Iterable<Path> trees, boolean show) {
    super(terminal, show);
    this.totals = totals;
    this.survey = new Survey(Long.MAX_VALUE, () -> hasEnded() || Interruption.requested());
    this.surveyor = show ? new Thread(() -> survey.run(trees), "survey") : null;
  }

  ProgressLine start() {
    startPainting();
    start(surveyor);
    return this;
  }

  @Override
  protected String line(Duration elapsed) {
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

  @Override
  public void close() {
    super.close();
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
