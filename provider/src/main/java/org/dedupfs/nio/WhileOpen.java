package org.dedupfs.nio;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.ClosedFileSystemException;
import java.util.Objects;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;
import org.dedupfs.maintenance.SweepListener;

/**
 * Long work on a store that ends when the file system is closed, for closing does not wait for it.
 * Safe for use by any number of threads.
 */
final class WhileOpen {
  private final UsageGate gate;

  WhileOpen(UsageGate gate) {
    this.gate = gate;
  }

  /** Something long. */
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Does it.
   *
   * @throws ClosedFileSystemException if that is what has ended it
   */
  <T> T run(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (InterruptedIOException e) {
      if (!gate.isOpen()) {
        throw new ClosedFileSystemException();
      }
      throw e;
    }
  }

  /** Tells {@code listener} how far a sweep is, and stops it. */
  SweepListener ofSweep(MaintenanceListener listener) {
    Objects.requireNonNull(listener);
    return (phase, done, total) -> {
      goOn();
      listener.progress(
          switch (phase) {
            case COMMIT, MARK -> MaintenanceListener.Phase.IN_USE;
            case SWEEP -> MaintenanceListener.Phase.UNUSED;
            case RECLAIM -> MaintenanceListener.Phase.SPACE;
          },
          done,
          total);
    };
  }

  private void goOn() throws InterruptedException {
    if (!gate.isOpen()) {
      throw new InterruptedException();
    }
  }

  /** Tells another listener, and stops what it listens to. */
  MaintenanceListener listener(MaintenanceListener listener) {
    Objects.requireNonNull(listener);
    return new MaintenanceListener() {
      @Override
      public void found(StoreFinding finding) {
        listener.found(finding);
      }

      @Override
      public void progress(Phase phase, long done, long total) throws InterruptedException {
        goOn();
        listener.progress(phase, done, total);
      }
    };
  }
}
