package org.dedupfs.blocks;

import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps RocksDB from trying for ever, once a second, to merge a file that is damaged with one that
 * overlaps it, as one with healed blocks does, or on a disk that is full: after some errors merging
 * pauses, each time for longer. Nothing depends on it but the time that reads take. Used by one
 * thread.
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

    /** Has files of blocks merged in the background, or not; what is under way goes on. */
    void set(boolean on) throws RocksDBException;
  }

  private final Merging merging;
  private final String store;
  private volatile boolean paused;
  private long pauseNanos;

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
    if (paused) {
      if (nowNanos - sinceNanos >= pauseNanos) {
        resume(nowNanos);
      }
      return;
    }
    long errors = merging.errors();
    if (errors - errorsThen >= MOST_ERRORS) {
      pause(nowNanos);
    } else if (nowNanos - sinceNanos >= WINDOW_NANOS) {
      pauseNanos = errors == errorsThen ? 0 : pauseNanos;
      errorsThen = errors;
      sinceNanos = nowNanos;
    }
  }

  private void pause(long nowNanos) throws RocksDBException {
    paused = true; // whether that can be told or not: it is tried again after the pause
    sinceNanos = nowNanos;
    pauseNanos = Math.min(LONGEST_PAUSE_NANOS, Math.max(FIRST_PAUSE_NANOS, 2 * pauseNanos));
    LOG.warn(
        "{}: merging block files has failed {} times and is tried again in {} min; the file LOG"
            + " beside them says why; if one is damaged, dedupfs scrub names what it holds",
        store,
        MOST_ERRORS,
        TimeUnit.NANOSECONDS.toMinutes(pauseNanos));
    merging.set(false);
  }

  private void resume(long nowNanos) throws RocksDBException {
    merging.set(true); // if that fails, again with the next look
    errorsThen = merging.errors();
    sinceNanos = nowNanos;
    paused = false;
  }
}
