package org.dedupfs.blocks;

import java.util.concurrent.locks.LockSupport;
import org.rocksdb.RocksDBException;

/**
 * Waits for a flush, and no longer than somebody works on it. RocksDB does not say that a flush has
 * failed for a reason that it does not hold to be fatal; it just does not begin again. So this
 * looks at what can be seen from outside: whether one runs, and how many errors there have been.
 */
final class FlushWatch {
  private static final long FIRST_PAUSE_NANOS = 100_000;
  private static final long LONGEST_PAUSE_NANOS = 2_000_000;

  /** After so many pauses, some 100 ms, and again each time: has it failed? */
  private static final int PAUSES_BEFORE_DOUBT = 50;

  /** A flush that is about to begin, while a compaction fails, is not doubted twice in a row. */
  private static final int DOUBTS_AFTER_NEW_ERROR = 2;

  /**
   * After so many doubts in a row, some 2 s, during which no flush ran, an error of earlier counts,
   * too: RocksDB flushes by itself, and that may have failed just before the errors were counted.
   */
  private static final int DOUBTS_AFTER_ERROR = 20;

  /** After so many, a minute, nobody is going to begin, whatever the reason. */
  private static final int DOUBTS_AT_MOST = 600;

  /** What can be seen of RocksDB. */
  interface Observed {
    /** Whether anything that was set aside for a flush is not in a file yet. */
    boolean isWaiting() throws RocksDBException;

    long runningFlushes() throws RocksDBException;

    /** Errors in the background since the opening, of compactions too. */
    long errors() throws RocksDBException;

    /** Throws what is fatal. */
    void check() throws RocksDBException;

    /** Lets time pass. */
    default void pause(long nanos) {
      LockSupport.parkNanos(this, nanos);
    }
  }

  private final Observed observed;
  private final long errorsBefore;
  private int doubts;

  /** To be made before the flush is begun. */
  FlushWatch(Observed observed) throws RocksDBException {
    this.observed = observed;
    this.errorsBefore = observed.errors();
  }

  /**
   * Returns whether the flush has ended well; false when nobody works on it any more. An interrupt
   * does not end it.
   *
   * @throws RocksDBException if it has failed for good
   */
  boolean await() throws RocksDBException {
    boolean interrupted = false;
    try {
      long pauseNanos = FIRST_PAUSE_NANOS;
      for (int pauses = 1; observed.isWaiting(); pauses++) {
        observed.pause(pauseNanos);
        interrupted |= Thread.interrupted();
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
        if (pauses % PAUSES_BEFORE_DOUBT == 0 && isGivenUp()) {
          return false;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean isGivenUp() throws RocksDBException {
    observed.check();
    if (observed.runningFlushes() != 0) {
      doubts = 0;
      return false;
    }
    doubts++;
    long errors = observed.errors();
    boolean failed =
        (errors > errorsBefore && doubts >= DOUBTS_AFTER_NEW_ERROR)
            || (errors > 0 && doubts >= DOUBTS_AFTER_ERROR)
            || doubts >= DOUBTS_AT_MOST;
    return failed && observed.isWaiting();
  }
}
