package org.dedupfs.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.dedupfs.transfer.Loss;
import org.dedupfs.transfer.TransferListener;
import org.jspecify.annotations.Nullable;

/**
 * What a verb tells while it works: results on standard output, trouble on standard error, all of
 * it in the log file. Safe for use by any number of threads.
 */
final class Report implements TransferListener, AutoCloseable {
  /** Attributes that cannot be kept concern whole trees at a time; the log file gets them all. */
  private static final int NAMED_ATTRIBUTE_LOSSES = 10;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean quiet;
  private final boolean verbose;
  private final @Nullable PrintWriter log;
  private final Map<Loss, LongAdder> losses = new EnumMap<>(Loss.class);
  private volatile @Nullable TerminalLine progress;

  private Report(
      PrintWriter out, PrintWriter err, boolean quiet, boolean verbose, @Nullable PrintWriter log) {
    this.out = out;
    this.err = err;
    this.quiet = quiet;
    this.verbose = verbose;
    this.log = log;
    for (Loss loss : Loss.values()) {
      losses.put(loss, new LongAdder());
    }
  }

  static Report open(
      PrintWriter out, PrintWriter err, boolean quiet, boolean verbose, @Nullable Path logFile)
      throws IOException {
    PrintWriter log =
        logFile == null
            ? null
            : new PrintWriter(
                Files.newBufferedWriter(
                    logFile,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND),
                true);
    return new Report(out, err, quiet, verbose, log);
  }

  boolean isQuiet() {
    return quiet;
  }

  /** Whether somebody sees, and wants to see, how far it is. */
  boolean showsProgress() {
    return !quiet && Terminal.showsErrors();
  }

  /** Where a progress line would be written over what is said here. */
  void showing(@Nullable TerminalLine line) {
    progress = line;
  }

  /** A result. */
  void say(String line) {
    say(line, line);
  }

  /** A result that catches the eye on a terminal. */
  void say(String line, Colour colour) {
    say(line, colour.onOutput(line));
  }

  private synchronized void say(String line, String shown) {
    if (!quiet) {
      withoutProgress(out, shown);
    }
    log(line);
  }

  /** A result that nobody needs who did not ask to hear more. */
  synchronized void note(String line) {
    if (verbose) {
      say(line);
    } else {
      log(line);
    }
  }

  /** Something that went wrong and does not end the verb. */
  synchronized void warn(String line) {
    withoutProgress(err, Colour.error(line));
    log(line);
  }

  private void withoutProgress(PrintWriter target, String line) {
    TerminalLine shown = progress;
    if (shown != null) {
      shown.clear();
    }
    target.println(line);
    target.flush();
  }

  private void log(String line) {
    if (log != null) {
      log.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
    }
  }

  @Override
  public void copied(String path) {
    if (verbose || log != null) {
      synchronized (this) {
        String shown = ShownName.of(path);
        if (verbose) {
          withoutProgress(err, shown);
        }
        log("copied " + shown);
      }
    }
  }

  @Override
  public void lost(String path, Loss loss, String why) {
    LongAdder count = losses.get(loss);
    if (count == null) {
      throw new IllegalStateException(loss.name());
    }
    count.increment();
    String line =
        (loss.isWholeEntry() ? "skipped " : "not kept of ")
            + ShownName.of(path)
            + ": "
            + ShownName.of(why);
    if (loss.isWholeEntry() || verbose || count.sum() <= NAMED_ATTRIBUTE_LOSSES) {
      warn(line);
    } else {
      synchronized (this) {
        log(line);
      }
    }
  }

  @Override
  public void leftOut(String path, String why) {
    warn("left out " + ShownName.of(path) + ": " + ShownName.of(why));
  }

  @Override
  public boolean stopRequested() {
    return Interruption.requested();
  }

  long lost(Loss loss) {
    LongAdder count = losses.get(loss);
    return count == null ? 0 : count.sum();
  }

  /** Sums up what was lost, and says so in the exit code. */
  ExitCode sumUp() {
    ExitCode result = ExitCode.DONE;
    for (Loss loss : Loss.values()) {
      if (lost(loss) > 0) {
        warn(Quantities.count(lost(loss), "item", "items") + ": " + loss.text());
        boolean damage = loss == Loss.DAMAGED || result == ExitCode.DAMAGED;
        result = damage ? ExitCode.DAMAGED : ExitCode.SKIPPED;
      }
    }
    return result;
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
