package org.dedupfs.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One piece of work, done by several in turns. The first is the one that matters, the second what
 * it is measured against.
 */
final class Race {
  /**
   * What one turn of one runner took.
   *
   * @param amount how much was done, the same for all in each turn
   */
  record Lap(double amount, double wallSeconds, double serverCpuSeconds) {
    private double perSecond() {
      return amount / wallSeconds;
    }
  }

  private final String name;
  private final String unit;
  private final double limit;
  private final List<String> runners;
  private final List<List<Lap>> laps = new ArrayList<>();

  /**
   * @param limit the least speed that is good enough, as a part of the second runner's; 0: none
   */
  Race(String name, String unit, double limit, List<String> runners) {
    this.name = name;
    this.unit = unit;
    this.limit = limit;
    this.runners = runners;
    runners.forEach(runner -> laps.add(new ArrayList<>()));
  }

  String name() {
    return name;
  }

  double limit() {
    return limit;
  }

  void add(int runner, Lap lap) {
    laps.get(runner).add(lap);
  }

  /** The median of how fast the first was in each turn, as a part of the second's speed. */
  double speed() {
    double[] ratios = new double[laps.get(0).size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = laps.get(1).get(i).wallSeconds() / laps.get(0).get(i).wallSeconds();
    }
    return median(ratios);
  }

  boolean isGoodEnough() {
    return speed() >= limit;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private double perSecond(int runner) {
    return median(laps.get(runner).stream().mapToDouble(Lap::perSecond).toArray());
  }

  /** Of all turns, since the kernel counts in steps that are long beside one. */
  private double serverMicros(int runner) {
    List<Lap> all = laps.get(runner);
    double done = all.stream().mapToDouble(Lap::amount).sum();
    return all.stream().mapToDouble(Lap::serverCpuSeconds).sum() / done * 1e6;
  }

  String header() {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-34s", "per second"));
    runners.forEach(runner -> line.append(String.format(Locale.ROOT, "%16s", runner)));
    return line.append("   speed  limit  server CPU, us each").toString();
  }

  String row() {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-34s", name));
    for (int i = 0; i < runners.size(); i++) {
      line.append(String.format(Locale.ROOT, "%12.0f %-3s", perSecond(i), unit));
    }
    line.append(
        String.format(
            Locale.ROOT,
            " %5.0f %%  %5s  %.1f : %.1f",
            speed() * 100,
            limit == 0 ? "" : String.format(Locale.ROOT, "%.0f %%", limit * 100),
            serverMicros(0),
            serverMicros(1)));
    return isGoodEnough() ? line.toString() : line + "  TOO SLOW";
  }

  String json() {
    String each =
        IntStream.range(0, runners.size())
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT,
                        "{\"name\":\"%s\",\"perSecond\":%.2f,\"serverCpuMicros\":%.3f}",
                        runners.get(i),
                        perSecond(i),
                        serverMicros(i)))
            .collect(Collectors.joining(","));
    return String.format(
        Locale.ROOT,
        "{\"workload\":\"%s\",\"unit\":\"%s\",\"speed\":%.4f,\"limit\":%.2f,\"turns\":%d,"
            + "\"runners\":[%s]}",
        name,
        unit,
        speed(),
        limit,
        laps.get(0).size(),
        each);
  }
}
