package org.dedupfs.control;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;
import org.jspecify.annotations.Nullable;

/**
 * A check, scrub or sweep that the server does for a client, which asks for what was found a part
 * at a time; the job waits when nobody does, but not for ever: it keeps what is deleted from being
 * swept and the log of the metadata from being cut off. Ends when it is closed, and with it when
 * the client has gone.
 */
final class MaintenanceJob implements MaintenanceListener, Closeable {
  private static final int MOST_WAITING = 256;

  private final BlockingQueue<StoreFinding> found = new ArrayBlockingQueue<>(MOST_WAITING);
  private final FutureTask<long[]> work;
  private final Thread thread;
  private final Duration patience;
  private volatile @Nullable Progress progress;

  /** Whether it has waited in vain for somebody to take what was found. */
  private volatile boolean abandoned;

  /** How far it is. */
  record Progress(Phase phase, long done, long total) {}

  /** Makes the job of what needs it as its listener. */
  interface Work {
    Callable<long[]> with(MaintenanceListener listener);
  }

  private MaintenanceJob(Work work, Duration patience) {
    this.patience = patience;
    this.work = new FutureTask<>(work.with(this));
    this.thread = new Thread(this.work, Thread.currentThread().getName() + "-maintenance");
    thread.setDaemon(true);
  }

  /**
   * Starts one.
   *
   * @param patience how long it waits for room for the next finding before it gives up
   */
  static MaintenanceJob start(Work work, Duration patience) {
    MaintenanceJob job = new MaintenanceJob(work, patience);
    job.thread.start();
    return job;
  }

  @Override
  public void found(StoreFinding finding) {
    if (abandoned) {
      return;
    }
    try {
      if (!found.offer(finding, patience.toMillis(), TimeUnit.MILLISECONDS)) {
        abandoned = true;
        Thread.currentThread().interrupt(); // ends it at the next small step
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is over: nobody asks for this one any more
    }
  }

  @Override
  public void progress(Phase phase, long done, long total) {
    progress = new Progress(phase, done, total);
  }

  @Nullable Progress progress() {
    return progress;
  }

  /** What was found since the last call; waits a moment for the first. */
  List<StoreFinding> next(int most, long waitMillis) throws InterruptedException {
    List<StoreFinding> next = new ArrayList<>();
    StoreFinding first = isDone() ? found.poll() : found.poll(waitMillis, TimeUnit.MILLISECONDS);
    if (first != null) {
      next.add(first);
      found.drainTo(next, most - 1);
    }
    return next;
  }

  /** Whether it has ended and all that was found was asked for. */
  boolean isDone() {
    return work.isDone() && found.isEmpty();
  }

  /** Whether it works no more, though something may be left to be asked for. */
  boolean hasEnded() {
    return work.isDone();
  }

  /** Its summary; throws what it threw. To be called when it is done. */
  long[] summary() throws Exception {
    if (abandoned) {
      throw new IOException(
          "nobody has taken what was found for "
              + patience.toSeconds()
              + " seconds, so the rest was not looked for; write it to a file and begin anew");
    }
    try {
      return work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      }
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    ControlServer.join(thread);
  }
}
