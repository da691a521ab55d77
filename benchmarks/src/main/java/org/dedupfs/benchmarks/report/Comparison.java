package org.dedupfs.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * A figure that can be compared: mostly a ratio to a baseline in the same round.
 *
 * @param what is compared with what, for example {@code CPU / SHA-256 alone}
 * @param value over all rounds
 * @param target null: none is set
 */
public record Comparison(String what, Spread value, @Nullable Target target) {
  /** Whether the median meets the target; true if there is none. */
  public boolean isMet() {
    return target == null || target.isMetBy(value.median());
  }
}
