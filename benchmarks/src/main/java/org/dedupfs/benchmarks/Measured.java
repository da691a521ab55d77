package org.dedupfs.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.benchmarks.report.Comparison;
import org.dedupfs.benchmarks.report.Figure;
import org.dedupfs.benchmarks.report.Space;
import org.dedupfs.benchmarks.report.Spread;
import org.dedupfs.benchmarks.report.Target;
import org.dedupfs.benchmarks.report.Unit;
import org.dedupfs.benchmarks.report.WorkloadReport;
import org.jspecify.annotations.Nullable;

/** What a workload has found so far. For one thread. */
final class Measured {
  private final Unit unit;
  private final Rounds rounds;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable Space space;

  Measured(Unit unit, Rounds rounds) {
    this.unit = unit;
    this.rounds = rounds;
  }

  /** Has them race; keeps what each took. */
  Laps race(List<Contender> contenders) throws IOException {
    Laps laps = rounds.run(contenders);
    keep(laps);
    return laps;
  }

  Laps race(Contender... contenders) throws IOException {
    return race(List.of(contenders));
  }

  void keep(Laps laps) {
    figures.addAll(laps.figures(unit));
  }

  /** Something without a target. */
  void compare(String what, Spread value) {
    comparisons.add(new Comparison(what, value, null));
  }

  void atMost(String what, Spread value, double limit) {
    comparisons.add(new Comparison(what, value, new Target(true, limit)));
  }

  void atLeast(String what, Spread value, double limit) {
    comparisons.add(new Comparison(what, value, new Target(false, limit)));
  }

  void space(Space found) {
    space = found;
  }

  void note(String text) {
    notes.add(text);
  }

  WorkloadReport report(Workload workload, long residentBytes, double tookSeconds) {
    return new WorkloadReport(
        workload.name(),
        workload.door().shown(),
        workload.title(),
        unit,
        figures,
        comparisons,
        residentBytes,
        tookSeconds,
        space,
        notes);
  }
}
