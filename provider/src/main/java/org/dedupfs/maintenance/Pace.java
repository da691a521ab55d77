package org.dedupfs.maintenance;

import java.io.InterruptedIOException;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.MaintenanceListener.Phase;

/** Tells a listener now and then how far something is, and ends it when that is wished. */
final class Pace {
  private static final int STEPS_PER_WORD = 1_024;

  private final MaintenanceListener listener;
  private int steps;

  Pace(MaintenanceListener listener) {
    this.listener = listener;
  }

  /** One of many small steps. */
  void step(Phase phase, long done, long total) throws InterruptedIOException {
    if (++steps % STEPS_PER_WORD == 0) {
      tell(phase, done, total);
    }
  }

  void tell(Phase phase, long done, long total) throws InterruptedIOException {
    try {
      on(phase, done, total);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped; nothing was changed by that");
    }
  }

  /** As {@link #tell}, for those who turn the exception into theirs. */
  void on(Phase phase, long done, long total) throws InterruptedException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedException();
    }
    listener.progress(phase, done, total);
  }
}
