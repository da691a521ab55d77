package org.dedupfs.benchmarks.report;

import java.util.Locale;

/** What a workload counts. */
public enum Unit {
  /** Shown as MiB per second. */
  BYTES("MiB/s", "CPU-s/GB"),
  FILES("files/s", "CPU-us each"),
  NAMES("names/s", "CPU-us each"),
  OPERATIONS("ops/s", "CPU-us each");

  private static final double MIB = 1 << 20;

  private final String rate;
  private final String cpu;

  Unit(String rate, String cpu) {
    this.rate = rate;
    this.cpu = cpu;
  }

  /** What a rate is given in. */
  public String rate() {
    return rate;
  }

  /** What the CPU it costs is given in. */
  public String cpu() {
    return cpu;
  }

  /** A rate as people read it, without its unit. */
  String shown(double perSecond) {
    return String.format(Locale.ROOT, "%,.0f", this == BYTES ? perSecond / MIB : perSecond);
  }

  /** CPU for each, in the unit that {@link #cpu} names. */
  public double cpuFor(double cpuSeconds, double amount) {
    return cpuSeconds / amount * (this == BYTES ? 1e9 : 1e6);
  }
}
