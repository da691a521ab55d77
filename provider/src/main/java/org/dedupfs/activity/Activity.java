package org.dedupfs.activity;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.dedupfs.StoreActivity;
import org.dedupfs.StoreFigure;

/**
 * The counters of one opening of a store. To count allocates nothing and waits for nobody. Safe for
 * any number of threads.
 */
@SuppressWarnings("EnumOrdinal") // a place in an array of this process, kept nowhere
public final class Activity {
  private final String store;
  private final LongAdder[] counters = new LongAdder[StoreFigure.values().length];
  private final Map<StoreFigure, LongSupplier> states = new ConcurrentHashMap<>();
  private final LongAccumulator longestFlush = new LongAccumulator(Math::max, 0);
  private final LongAccumulator longestCommit = new LongAccumulator(Math::max, 0);

  /**
   * Nothing has been done yet.
   *
   * @param store its directory, to tell stores apart
   */
  public Activity(String store) {
    this.store = store;
    Arrays.setAll(counters, i -> new LongAdder());
    states.put(StoreFigure.LONGEST_FLUSH_NANOS, longestFlush::get);
    states.put(StoreFigure.LONGEST_COMMIT_NANOS, longestCommit::get);
  }

  /** For parts of a store that nobody watches. */
  public static Activity unwatched() {
    return new Activity("");
  }

  /** The directory of the store. */
  public String store() {
    return store;
  }

  /** Counts one. */
  public void count(StoreFigure counter) {
    counters[counter.ordinal()].increment();
  }

  /** Counts several, or bytes. */
  public void count(StoreFigure counter, long amount) {
    counters[counter.ordinal()].add(amount);
  }

  /** Where a figure that is no counter is asked for; instant, and works after closing, too. */
  public void measure(StoreFigure state, LongSupplier source) {
    states.put(state, source);
  }

  void flushed(long nanos, long bytes) {
    count(StoreFigure.FLUSHES);
    count(StoreFigure.FLUSH_NANOS, nanos);
    count(StoreFigure.FLUSHED_BYTES, bytes);
    longestFlush.accumulate(nanos);
  }

  void committed(long nanos) {
    count(StoreFigure.COMMITS);
    count(StoreFigure.COMMIT_NANOS, nanos);
    longestCommit.accumulate(nanos);
  }

  void swept(long nanos, long blocks, long bytes) {
    count(StoreFigure.SWEEPS);
    count(StoreFigure.SWEEP_NANOS, nanos);
    count(StoreFigure.SWEPT_BLOCKS, blocks);
    count(StoreFigure.SWEPT_BYTES, bytes);
  }

  /** All figures as they are now. */
  public StoreActivity now() {
    Map<StoreFigure, Long> values = new EnumMap<>(StoreFigure.class);
    for (StoreFigure figure : StoreFigure.values()) {
      values.put(figure, value(figure));
    }
    return new StoreActivity(values);
  }

  private long value(StoreFigure figure) {
    if (figure.isCounter()) {
      return counters[figure.ordinal()].sum();
    }
    LongSupplier source = states.get(figure);
    return source == null ? 0 : source.getAsLong();
  }
}
