package org.dedupfs.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.maintenance.SweepReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps at an interval, in a thread of its own, until closed. */
final class BackgroundSweep {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundSweep.class);

  private final Store store;
  private final Duration interval;
  private final Thread thread;

  BackgroundSweep(Store store, Duration interval) {
    this.store = store;
    this.interval = interval;
    this.thread = new Thread(this::run, "dedupfs-sweep");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(interval.toMillis());
        sweep();
      }
    } catch (InterruptedException e) {
      LOG.debug("no more sweeps of {}", store.directory());
    }
  }

  private void sweep() throws InterruptedException {
    try {
      SweepReport report = store.sweep(false, SweepListener.NONE);
      if (report.deadBlocks() > 0) {
        LOG.info(
            "{}: swept {} blocks, {} bytes, in {} ms",
            store.directory(),
            report.deadBlocks(),
            report.deadStoredBytes(),
            report.took().toMillis());
      } else {
        LOG.debug("{}: nothing to sweep", store.directory());
      }
    } catch (InterruptedIOException e) {
      throw new InterruptedException();
    } catch (IOException e) {
      LOG.warn(
          "{} could not be swept, the next try is in {}: {}",
          store.directory(),
          interval,
          e.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.warn("{} could not be swept, the next try is in {}", store.directory(), interval, e);
    }
  }

  /** Stops the sweep under way and ends the thread. */
  void close() {
    thread.interrupt();
    Threads.join(thread);
  }
}
