package org.dedupfs.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One workload and its baseline, measured in turns.
 *
 * @param amount how much was done in one run, in units of {@code unit}
 * @param limit the largest median of the ratios that is good enough; 0: none is set
 */
record Result(
    String name,
    String baseline,
    Measure measure,
    double amount,
    String unit,
    List<Sample> runs,
    List<Sample> baselines,
    double limit) {

  /** What the ratio compares. */
  @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
  enum Measure {
    CPU(Sample::cpuSeconds),
    WALL(Sample::wallSeconds);

    private final ToDoubleFunction<Sample> value;

    Measure(ToDoubleFunction<Sample> value) {
      this.value = value;
    }
  }

  /** The median of the ratios of each run to the baseline beside it. */
  double ratio() {
    double[] ratios = new double[runs.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] =
          measure.value.applyAsDouble(runs.get(i)) / measure.value.applyAsDouble(baselines.get(i));
    }
    return median(ratios);
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return median(samples.stream().mapToDouble(value).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private double perSecond() {
    return amount / median(runs, Sample::wallSeconds);
  }

  private double cpuPerThousand() {
    return median(runs, Sample::cpuSeconds) / amount * 1000;
  }

  static String header() {
    return String.format(
        Locale.ROOT,
        "%-34s %12s %12s  %-28s %7s %6s",
        "workload",
        "per second",
        "CPU-s/1000",
        "against",
        "ratio",
        "limit");
  }

  String row() {
    return String.format(
        Locale.ROOT,
        "%-34s %8.0f %-3s %8.2f %-3s  %-28s %7.2f %6s",
        name,
        perSecond(),
        unit,
        cpuPerThousand(),
        unit,
        baseline + " (" + measure + ")",
        ratio(),
        limit == 0 ? "" : String.format(Locale.ROOT, "%.1f", limit));
  }

  String json() {
    return String.format(
        Locale.ROOT,
        "{\"workload\":\"%s\",\"unit\":\"%s\",\"perSecond\":%.2f,\"cpuSecondsPer1000\":%.4f,"
            + "\"baseline\":\"%s\",\"measure\":\"%s\",\"ratio\":%.3f,\"limit\":%.1f,"
            + "\"wallSeconds\":%.4f,\"baselineWallSeconds\":%.4f,\"rounds\":%d}",
        name,
        unit,
        perSecond(),
        cpuPerThousand(),
        baseline,
        measure,
        ratio(),
        limit,
        median(runs, Sample::wallSeconds),
        median(baselines, Sample::wallSeconds),
        runs.size());
  }
}
