package org.dedupfs.command;

import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.time.Duration;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;

/**
 * Tells what a check, scrub or repair finds, as lines or as JSON objects, and on the terminal how
 * far these, or a sweep, are. Ctrl-C ends them at the next small step.
 */
final class FindingReport implements MaintenanceListener, AutoCloseable {
  private final Report report;
  private final PrintWriter out;
  private final boolean json;
  private final Line line;
  private boolean any;

  FindingReport(Report report, PrintWriter out, PrintWriter err, boolean json) {
    this.report = report;
    this.out = out;
    this.json = json;
    this.line = new Line(err, Terminal.showsErrors() && !report.isQuiet());
    report.showing(line);
    line.startPainting();
  }

  /** How far it is, how fast, and how long the phase will take. */
  private static final class Line extends TerminalLine {
    private record State(Phase phase, long done, long total, long startNanos, long startDone) {}

    private volatile State state = new State(Phase.FILES, 0, 0, System.nanoTime(), 0);

    Line(PrintWriter terminal, boolean show) {
      super(terminal, show);
    }

    void set(Phase phase, long done, long total) {
      State before = state;
      state =
          before.phase == phase
              ? new State(phase, done, total, before.startNanos, before.startDone)
              : new State(phase, done, total, System.nanoTime(), done);
    }

    @Override
    protected String line(Duration elapsed) {
      State now = state;
      Duration took = Duration.ofNanos(System.nanoTime() - now.startNanos);
      return progressLine(now.phase, now.done, now.total, now.done - now.startDone, took);
    }
  }

  /**
   * The line of progress.
   *
   * @param here how much of {@code done} was done in {@code took}
   */
  static String progressLine(Phase phase, long done, long total, long here, Duration took) {
    String doing =
        switch (phase) {
          case FILES -> "looking at files";
          case INDEX -> "checking the index of blocks";
          case METADATA -> "checking files";
          case NAMES -> "checking names";
          case BLOCKS -> "reading blocks";
          case REPAIR -> "putting in order";
          case IN_USE -> "finding the blocks in use";
          case UNUSED -> "looking for unused blocks";
          case SPACE -> "giving space back";
        };
    if (done == 0) {
      return doing;
    }
    boolean bytes = phase == Phase.BLOCKS || phase == Phase.SPACE;
    String amount = amount(done, bytes) + (total > 0 ? " of " + amount(total, bytes) : "");
    long perSecond = (long) (here * 1000.0 / Math.max(1, took.toMillis()));
    String rate = bytes ? Quantities.rate(here, took) : Quantities.count(perSecond) + "/s";
    return doing + ": " + Quantities.howFar(done, total, here, took) + rate + ", " + amount;
  }

  private static String amount(long amount, boolean bytes) {
    return bytes ? Quantities.bytes(amount) : Quantities.count(amount);
  }

  @Override
  public void found(StoreFinding finding) {
    any = true;
    if (!json) {
      report.say(lineOf(finding), Colour.RED);
      return;
    }
    line.clear();
    if (finding.paths().isEmpty()) {
      out.println(json(finding));
    }
    for (String path : finding.paths()) {
      out.println(json(finding).addName("path", path));
    }
  }

  /** Whether anything was found. */
  boolean any() {
    return any;
  }

  static String lineOf(StoreFinding finding) {
    StringBuilder text = new StringBuilder();
    for (String path : finding.paths()) {
      text.append(text.isEmpty() ? "" : ", ").append(ShownName.of(path));
    }
    text.append(text.isEmpty() ? "" : ": ").append(FailureReport.oneLine(finding.text()));
    return text.toString();
  }

  private static Json json(StoreFinding finding) {
    Json json =
        new Json()
            .add("finding", finding.kind().name())
            .add("text", finding.text())
            .add("inode", finding.ino())
            .add("block", finding.block());
    if (finding.lengthBytes() > 0) {
      json.add("offset", finding.offsetBytes()).add("length", finding.lengthBytes());
    }
    return json;
  }

  @Override
  public void repaired(StoreFinding finding, String text) {
    if (json) {
      line.clear();
      Json json = json(finding).add("repaired", text);
      out.println(finding.paths().isEmpty() ? json : json.addName("path", finding.paths().get(0)));
    } else {
      report.say(lineOf(finding) + "; " + FailureReport.oneLine(text));
    }
  }

  @Override
  public void progress(Phase phase, long done, long total) throws InterruptedException {
    if (Interruption.requested()) {
      throw new InterruptedException();
    }
    line.set(phase, done, total);
  }

  /** The last line: a sentence, or an object. */
  void sumUp(boolean isSound, String sentence, Json summary) {
    if (json) {
      line.clear();
      out.println(summary);
    } else {
      report.say(sentence, isSound ? Colour.GREEN : Colour.RED);
    }
  }

  /** Something that can be stopped. */
  interface Work<T> {
    T run() throws Exception;
  }

  /** Does it in this thread, which an interruption by the user interrupts. */
  static <T> T stoppable(Work<T> work, String whenStopped) throws Exception {
    try {
      Thread worker = Thread.currentThread();
      Interruption.endsBy(worker::interrupt);
      return work.run();
    } catch (InterruptedIOException e) {
      throw new CommandException(ExitCode.INTERRUPTED, whenStopped);
    } finally {
      Interruption.endsBy(() -> {});
    }
  }

  @Override
  public void close() {
    line.close();
    report.showing(null);
  }
}
