package org.dedupfs.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.dedupfs.transfer.Survey;
import org.dedupfs.transfer.TransferTotals;
import org.jspecify.annotations.Nullable;

/**
 * How far a transfer or a removal is, how fast, and how long it will take; what matters most comes
 * first, for a narrow terminal shows only that. Another thread counts what there is to do
 * meanwhile.
 */
final class ProgressLine extends TerminalLine {
  private final LongSupplier files;
  private final @Nullable LongSupplier bytes;
  private final Survey survey;
  private final @Nullable Thread surveyor;

  private ProgressLine(
      PrintWriter terminal,
      LongSupplier files,
      @Nullable LongSupplier bytes,
      Iterable<Path> trees,
      boolean show) {
    super(terminal, show);
    this.files = files;
    this.bytes = bytes;
    this.survey = new Survey(Long.MAX_VALUE, () -> hasEnded() || Interruption.requested());
    this.surveyor = show ? new Thread(() -> survey.run(trees), "survey") : null;
  }

  /** Of what moves the bytes of {@code trees}; started. */
  static ProgressLine ofBytes(
      PrintWriter terminal, TransferTotals totals, Iterable<Path> trees, boolean show) {
    return new ProgressLine(terminal, totals::files, totals::doneBytes, trees, show).start();
  }

  /** Of what moves files of {@code trees}, whatever their size; started. */
  static ProgressLine ofFiles(
      PrintWriter terminal, LongSupplier files, Iterable<Path> trees, boolean show) {
    return new ProgressLine(terminal, files, null, trees, show).start();
  }

  /** Of a removal of so many files; started. */
  static TerminalLine ofRemoval(
      PrintWriter terminal, LongSupplier files, long total, boolean show) {
    TerminalLine line =
        new TerminalLine(terminal, show) {
          @Override
          protected String line(Duration elapsed) {
            return ofFiles(files.getAsLong(), total, elapsed);
          }
        };
    line.startPainting();
    return line;
  }

  private ProgressLine start() {
    startPainting();
    start(surveyor);
    return this;
  }

  @Override
  protected String line(Duration elapsed) {
    boolean known = survey.isComplete();
    return bytes == null
        ? ofFiles(files.getAsLong(), known ? survey.files() : 0, elapsed)
        : ofBytes(files.getAsLong(), bytes.getAsLong(), known ? survey.bytes() : 0, elapsed);
  }

  /**
   * The line.
   *
   * @param total bytes, 0 if unknown
   */
  static String ofBytes(long files, long done, long total, Duration elapsed) {
    String amount = Quantities.bytes(done) + (total > 0 ? " of " + Quantities.bytes(total) : "");
    return Quantities.howFar(done, total, done, elapsed)
        + String.join(
            ", ", Quantities.rate(done, elapsed), amount, Quantities.count(files, "file", "files"));
  }

  /**
   * The line.
   *
   * @param total files, 0 if unknown
   */
  static String ofFiles(long done, long total, Duration elapsed) {
    long perSecond = (long) (done * 1000.0 / Math.max(1, elapsed.toMillis()));
    return Quantities.howFar(done, total, done, elapsed)
        + String.join(
            ", ",
            Quantities.count(perSecond) + "/s",
            total > 0
                ? Quantities.count(done) + " of " + Quantities.count(total, "file", "files")
                : Quantities.count(done, "file", "files"));
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
