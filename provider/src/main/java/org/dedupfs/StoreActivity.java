package org.dedupfs;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What was done in an open store since it was opened, and what it holds in memory: a snapshot of
 * all {@link StoreFigure}s. Each value is right; values of one snapshot may be some operations
 * apart. Immutable.
 */
public final class StoreActivity {
  private final Map<StoreFigure, Long> values;

  /** Of values that were read somewhere; what is missing is 0. */
  public StoreActivity(Map<StoreFigure, Long> values) {
    this.values = new EnumMap<>(StoreFigure.class);
    this.values.putAll(values);
  }

  /** The value of a figure, in its unit. */
  public long get(StoreFigure figure) {
    return values.getOrDefault(figure, 0L);
  }

  /** All figures that are known, in the order of the enum. */
  public Map<StoreFigure, Long> values() {
    return Collections.unmodifiableMap(values);
  }

  /**
   * The share of look-ups that a cache answered, from 0 to 1; NaN before the first.
   *
   * @param hits a counter of hits
   * @param misses that of the misses of the same cache
   */
  public double hitRatio(StoreFigure hits, StoreFigure misses) {
    long found = get(hits);
    return found / (double) (found + get(misses));
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
