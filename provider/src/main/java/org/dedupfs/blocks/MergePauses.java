package org.dedupfs.blocks;

import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps RocksDB from trying for ever, once a second, to merge a file that is damaged with one that
 * overlaps it, as one with healed blocks does, or on a disk that is full: after some errors merging
 * pauses, each time for longer. It does so in all families: RocksDB tells the errors of all in one
 * number, and those of one hold up the others. Nothing depends on it but the time that reads take.
 * Used by one thread.
 */
final class MergePauses {
  private static final Logger LOG = LoggerFactory.getLogger(MergePauses.class);

  /** So many errors since merging began again are no accident. */
  static final int MOST_ERRORS = 3;

  /** Within which they count; and after so long without any it goes well. */
  static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(10);

  static final long FIRST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
  static final long LONGEST_PAUSE_NANOS = TimeUnit.HOURS.toNanos(1);

  /** What can be seen of RocksDB and be done to it. */
  interface Merging {
    /** Errors in the background since the opening, of flushes too. */
    long errors() throws RocksDBException;

    /**
     * Has files merged in the background, or not; what is under way goes on.
     *
     * @throws RocksDBException if that could not be written down; it may hold nevertheless, until
     *     the store is closed
     */
    void set(boolean on) throws RocksDBException;
  }

  private final Merging merging;
  private final String store;
  private volatile boolean paused;
  private long pauseNanos;

  /** Whether merging is to go on but that could not be told. */
  private boolean isUntold;

  /** When merging was stopped, or errors were counted anew. */
  private long sinceNanos;

  private long errorsThen;

  /**
   * @param store whose files these are, for messages
   * @param nowNanos as {@link System#nanoTime}
   */
  MergePauses(Merging merging, String store, long nowNanos) {
    this.merging = merging;
    this.store = store;
    this.sinceNanos = nowNanos;
  }

  /** May be asked by any thread. */
  boolean isPaused() {
    return paused;
  }

  /** For when nothing is written any more: what fails then would fail until the store is closed. */
  void stop() throws RocksDBException {
    merging.set(false);
  }

  /**
   * Looks whether a pause is to begin or to end.
   *
   * @param nowNanos as {@link System#nanoTime}
   */
  void look(long nowNanos) throws RocksDBException {
    long errors = merging.errors();
    boolean isFailing = errors - errorsThen >= MOST_ERRORS;
    if (paused && nowNanos - sinceNanos >= pauseNanos) {
      resume(nowNanos, errors);
    } else if (paused) {
      if (isFailing) { // it was not even taken in
        errorsThen = errors;
        stop();
      }
    } else if (isFailing) {
      pause(nowNanos, errors);
    } else if (nowNanos - sinceNanos >= WINDOW_NANOS) {
      pauseNanos = errors == errorsThen ? 0 : pauseNanos;
      errorsThen = errors;
      sinceNanos = nowNanos;
    }
    if (isUntold) {
      merging.set(true);
      isUntold = false;
    }
  }

  private void pause(long nowNanos, long errors) throws RocksDBException {
    paused = true; // whether that can be told or not: errors are counted on
    isUntold = false;
    errorsThen = errors;
    sinceNanos = nowNanos;
    pauseNanos = Math.min(LONGEST_PAUSE_NANOS, Math.max(FIRST_PAUSE_NANOS, 2 * pauseNanos));
    LOG.warn(
        "{}: merging block files has failed {} times and is tried again in {} min; the file LOG"
            + " beside them says why; dedupfs scrub tells of damage",
        store,
        MOST_ERRORS,
        TimeUnit.NANOSECONDS.toMinutes(pauseNanos));
    stop();
  }

  private void resume(long nowNanos, long errors) {
    paused = false;
    isUntold = true;
    errorsThen = errors;
    sinceNanos = nowNanos;
  }
}
