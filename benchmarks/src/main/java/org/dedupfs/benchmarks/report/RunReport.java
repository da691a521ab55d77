package org.dedupfs.benchmarks.report;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * A whole run.
 *
 * @param version of dedupfs
 * @param sizes what was asked for, in words
 * @param tookSeconds all in all
 * @param skipped what could not be measured
 */
public record RunReport(
    String version,
    String sizes,
    Instant started,
    double tookSeconds,
    Machine machine,
    List<WorkloadReport> workloads,
    List<Skipped> skipped) {
  private static final double MIB = 1 << 20;

  /** Of each process with a store, with default options. */
  private static final Target RESIDENT = new Target(true, 512);

  public RunReport {
    workloads = List.copyOf(workloads);
    skipped = List.copyOf(skipped);
  }

  /** A workload, or a baseline, that could not be measured. */
  public record Skipped(String name, String reason) {}

  /** A comparison that has a target, and whose it is. */
  public record Judged(String workload, Comparison comparison) {}

  /** All that have a target, in order; memory last. */
  public List<Judged> judged() {
    Comparison resident =
        new Comparison("resident MiB", Spread.of(residentBytes() / MIB), RESIDENT);
    return Stream.concat(
            workloads.stream()
                .flatMap(
                    workload ->
                        workload.comparisons().stream()
                            .filter(each -> each.target() != null)
                            .map(each -> new Judged(workload.name(), each))),
            Stream.of(new Judged("all", resident)))
        .toList();
  }

  /** The most memory that any process with a store had resident. */
  public long residentBytes() {
    return workloads.stream().mapToLong(WorkloadReport::residentBytes).max().orElse(0);
  }

  /** Targets that were not met. */
  public long missed() {
    return judged().stream().filter(each -> !each.comparison().isMet()).count();
  }
}
