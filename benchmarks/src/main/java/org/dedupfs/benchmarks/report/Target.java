package org.dedupfs.benchmarks.report;

import java.util.Locale;

/**
 * What a figure should be.
 *
 * @param atMost whether it should be the limit or less; else the limit or more
 */
public record Target(boolean atMost, double limit) {
  boolean isMetBy(double value) {
    return atMost ? value <= limit : value >= limit;
  }

  String text() {
    String number =
        limit >= 1000
            ? String.format(Locale.ROOT, "%,.0f", limit)
            : String.format(Locale.ROOT, "%.2f", limit).replaceFirst("\\.?0+$", "");
    return (atMost ? "at most " : "at least ") + number;
  }
}
