package org.dedupfs.command;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people read them. Sizes are in powers of 1024, and say so. */
public final class Quantities {
  private static final String PREFIXES = "KMGTPE";

  private Quantities() {}

  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMGT]?)(?:IB|B)?");

  /**
   * A size as people write it: a number and perhaps k, M, G or T, for powers of 1024.
   *
   * @throws IllegalArgumentException if it is none, or nothing
   */
  public static long parseBytes(String text) {
    Matcher form = SIZE.matcher(text.toUpperCase(Locale.ROOT));
    if (!form.matches() || Long.parseLong(form.group(1)) == 0) {
      throw noSize(text);
    }
    int power = form.group(2).isEmpty() ? 0 : PREFIXES.indexOf(form.group(2)) + 1;
    try {
      return Math.multiplyExact(Long.parseLong(form.group(1)), 1L << (10 * power));
    } catch (ArithmeticException e) {
      throw noSize(text);
    }
  }

  private static IllegalArgumentException noSize(String text) {
    return new IllegalArgumentException("'" + text + "' is no size, such as 50M");
  }

  /** A size with its unit. */
  public static String bytes(long bytes) {
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
  public static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }

  static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  /** In whole percent; a dash for a share of nothing. */
  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  static String rate(long bytes, Duration duration) {
    long millis = Math.max(1, duration.toMillis());
    return bytes((long) (bytes * 1000.0 / millis)) + "/s";
  }

  /**
   * Percent and time left, with a comma behind for what follows; empty if it is not known how much
   * there is to do.
   *
   * @param here how much of {@code done} was done in {@code took}
   */
  static String howFar(long done, long total, long here, Duration took) {
    if (total <= 0) {
      return "";
    }
    String percent = Math.min(100, (long) (100.0 * done / total)) + " %, ";
    double left = Math.max(0, total - done) * (took.toMillis() / 1000.0) / Math.max(1, here);
    return here <= 0 ? percent : percent + "ETA " + clock((long) left) + ", ";
  }

  /** Minutes and seconds, hours if need be. */
  public static String clock(long seconds) {
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
