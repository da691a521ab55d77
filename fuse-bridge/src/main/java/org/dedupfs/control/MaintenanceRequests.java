package org.dedupfs.control;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dedupfs.CheckSummary;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.ScrubOptions;
import org.dedupfs.ScrubSummary;
import org.dedupfs.StoreFinding;
import org.dedupfs.SweepSummary;
import org.jspecify.annotations.Nullable;

/** Answers what is asked of checks, scrubs and sweeps. */
final class MaintenanceRequests {
  private static final int FINDINGS = 16;

  /** Of the paths of one finding, in characters: what is longer is known by its inode. */
  private static final int PATHS_LENGTH = 8 << 10;

  /** Short enough to notice soon that the client has gone. */
  private static final long WAIT_MILLIS = 250;

  private static final int MOST_THREADS = 1024;

  private final DedupFileSystem store;
  private final Handles handles;
  private final Duration patience;

  /**
   * @param patience how long a job waits for its client to take what was found
   */
  MaintenanceRequests(DedupFileSystem store, Handles handles, Duration patience) {
    this.store = store;
    this.handles = handles;
    this.patience = patience;
  }

  void register(Map<Operation, Exchange.Handler> handlers) {
    handlers.put(Operation.START_CHECK, this::startCheck);
    handlers.put(Operation.START_SCRUB, this::startScrub);
    handlers.put(Operation.START_SWEEP, this::startSweep);
    handlers.put(Operation.NEXT_FINDINGS, this::nextFindings);
  }

  private void startCheck(Exchange exchange) throws IOException {
    exchange.request().end();
    start(
        exchange,
        listener ->
            () -> {
              CheckSummary s = store.check(listener);
              return new long[] {s.findings(), s.inodes(), s.names(), s.extents(), s.blocks()};
            });
  }

  private void startScrub(Exchange exchange) throws IOException {
    long bytesPerSecond = exchange.request().number64();
    int threads = exchange.request().number32();
    boolean restart = exchange.request().flag();
    exchange.request().end();
    if (threads > MOST_THREADS) {
      throw new IllegalArgumentException(threads + " threads are more than " + MOST_THREADS);
    }
    ScrubOptions options = new ScrubOptions(bytesPerSecond, threads, restart);
    start(
        exchange,
        listener ->
            () -> {
              ScrubSummary s = store.scrub(options, listener);
              long resumed = s.resumed() ? 1 : 0;
              return new long[] {
                s.blocks(), s.storedBytes(), s.damagedBlocks(), s.damagedFiles(), resumed
              };
            });
  }

  private void startSweep(Exchange exchange) throws IOException {
    boolean dryRun = exchange.request().flag();
    exchange.request().end();
    start(
        exchange,
        listener ->
            () -> {
              SweepSummary s = store.sweep(dryRun, listener);
              return new long[] {s.blocksDeleted(), s.storedBytesDeleted(), 0, 0, 0};
            });
  }

  private void start(Exchange exchange, MaintenanceJob.Work work) throws IOException {
    exchange.answer().number32(handles.add(MaintenanceJob.start(work, patience)));
  }

  /** Answers with findings, with how far it is, and, when it is over, with the summary. */
  private void nextFindings(Exchange exchange) throws Exception {
    MaintenanceJob job = handles.get(exchange.request().number32(), MaintenanceJob.class);
    exchange.request().end();
    List<StoreFinding> found = job.next(FINDINGS, WAIT_MILLIS);
    boolean done = found.isEmpty() && job.isDone();
    long[] summary = done ? job.summary() : new long[0];
    Outgoing answer = exchange.answer().number32(found.size());
    for (StoreFinding each : found) {
      write(answer, each);
    }
    MaintenanceJob.Progress progress = job.progress();
    answer.flag(progress != null);
    if (progress != null) {
      answer.number8(WireNumber.of(progress.phase()));
      answer.number64(progress.done()).number64(progress.total());
    }
    answer.flag(done);
    for (long number : summary) {
      answer.number64(number);
    }
  }

  private static void write(Outgoing answer, StoreFinding finding) throws IOException {
    List<String> paths = new ArrayList<>();
    int length = 0;
    for (String path : finding.paths()) {
      length += path.length();
      if (length <= PATHS_LENGTH) {
        paths.add(path);
      }
    }
    answer.number8(WireNumber.of(finding.kind())).number32(paths.size());
    for (String path : paths) {
      answer.text(path);
    }
    answer
        .number64(finding.ino())
        .number64(finding.offsetBytes())
        .number64(finding.lengthBytes())
        .number64(finding.block())
        .text(finding.text());
  }

  static StoreFinding read(Incoming in) throws MalformedMessageException {
    StoreFinding.@Nullable Kind kind =
        WireNumber.constant(StoreFinding.Kind.values(), in.number8());
    if (kind == null) {
      throw new MalformedMessageException("there is no such finding");
    }
    List<String> paths = new ArrayList<>();
    for (int left = in.count(4); left > 0; left--) {
      paths.add(in.text());
    }
    return new StoreFinding(
        kind, paths, in.number64(), in.number64(), in.number64(), in.number64(), in.text());
  }

  static Phase phase(Incoming in) throws MalformedMessageException {
    Phase phase = WireNumber.constant(Phase.values(), in.number8());
    if (phase == null) {
      throw new MalformedMessageException("there is no such phase");
    }
    return phase;
  }
}
