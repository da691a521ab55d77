package org.dedupfs.command;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. Sizes are in powers of 1024, and say so. */
final class Quantities {
  private static final String PREFIXES = "KMGTPE";

  private Quantities() {}

  static String bytes(long bytes) {
    if (Math.abs(bytes) < 1024) {
      return bytes + " B";
    }
    double value = bytes / 1024.0;
    int prefix = 0;
    while (Math.abs(value) >= 1023.95) {
      value /= 1024;
      prefix++;
    }
    return String.format(Locale.ROOT, "%.1f %ciB", value, PREFIXES.charAt(prefix));
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A count with its noun. */
  static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }

  static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  static String rate(long bytes, Duration duration) {
    long millis = Math.max(1, duration.toMillis());
    return bytes((long) (bytes * 1000.0 / millis)) + "/s";
  }

  /** Minutes and seconds, hours if need be. */
  static String clock(long seconds) {
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
