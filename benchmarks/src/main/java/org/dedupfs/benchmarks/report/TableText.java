package org.dedupfs.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.dedupfs.benchmarks.report.RunReport.Judged;
import org.dedupfs.benchmarks.report.RunReport.Skipped;

/** A run as lines of text, in colour where a terminal shows them. */
public final class TableText {
  private static final String BOLD = "\u001b[1m";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String PLAIN = "\u001b[0m";
  private static final double MIB = 1 << 20;
  private static final int WHO = 34;

  private final boolean colours;

  /**
   * For a terminal, or for a file.
   *
   * @param colours whether a terminal shows it
   */
  public TableText(boolean colours) {
    this.colours = colours;
  }

  private String in(String colour, String text) {
    return colours ? colour + text + PLAIN : text;
  }

  /** What is said before the first workload. */
  public List<String> head(Machine machine, String sizes) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%s, %d cores, %s SHA instructions, %.0f GiB; %s; Java %s; %s; load %.1f",
            machine.processor(),
            machine.cores(),
            machine.shaInstructions() ? "with" : "without",
            machine.memoryBytes() / MIB / 1024,
            machine.kernel(),
            machine.java(),
            machine.fileSystem(),
            machine.load()),
        sizes);
  }

  /** One workload: who was how fast, and how that compares. */
  public List<String> workload(WorkloadReport workload) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(in(BOLD, workload.name()) + "  (" + workload.door() + ")  " + workload.title());
    for (Figure figure : workload.figures()) {
      Spread speed = figure.perSecond();
      Unit unit = workload.unit();
      lines.add(
          String.format(
                  Locale.ROOT,
                  "  %-" + WHO + "s %12s %-7s %-23s %10.2f %s%s",
                  figure.who(),
                  unit.shown(speed.median()),
                  unit.rate(),
                  "(" + unit.shown(speed.least()) + " to " + unit.shown(speed.greatest()) + ")",
                  figure.cpu().median(),
                  unit.cpu(),
                  figure.baseline() ? "" : use(workload))
              .stripTrailing());
    }
    workload.comparisons().forEach(each -> lines.add("  " + comparison(each)));
    workload.notes().forEach(note -> lines.add("  note: " + note));
    return lines;
  }

  private static String use(WorkloadReport workload) {
    String resident =
        String.format(Locale.ROOT, ", %.0f MiB resident", workload.residentBytes() / MIB);
    Space space = workload.space();
    return space == null
        ? resident
        : resident
            + String.format(Locale.ROOT, ", stored %.2f of what was written", space.factor());
  }

  private String comparison(Comparison comparison) {
    Spread value = comparison.value();
    Target target = comparison.target();
    String line =
        String.format(
            Locale.ROOT,
            "%-" + (WHO + 20) + "s %s",
            comparison.what(),
            String.format(
                Locale.ROOT,
                "%-8s(%s to %s)",
                shown(value.median()),
                shown(value.least()),
                shown(value.greatest())));
    if (target == null) {
      return line;
    }
    return String.format(Locale.ROOT, "%-79s %-18s ", line, target.text())
        + (comparison.isMet() ? in(GREEN, "met") : in(RED, "NOT MET"));
  }

  static String shown(double value) {
    return value >= 1000
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.2f", value);
  }

  /** What is said behind the last workload: what was skipped, and all that has a target. */
  public List<String> foot(RunReport run) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    for (Skipped skipped : run.skipped()) {
      lines.add(in(RED, "not measured") + ": " + skipped.name() + ": " + skipped.reason());
    }
    List<Judged> judged = run.judged();
    long missed = run.missed();
    lines.add(
        String.format(
            Locale.ROOT,
            "targets: %d met, %d not met; at most %.0f MiB resident; %.0f s",
            judged.size() - missed,
            missed,
            run.residentBytes() / MIB,
            run.tookSeconds()));
    for (Judged each : judged) {
      Comparison comparison = each.comparison();
      if (!comparison.isMet()) {
        lines.add(
            String.format(Locale.ROOT, "  %-28s %s", each.workload(), comparison(comparison)));
      }
    }
    return lines;
  }

  /** The whole as it looks in a file. */
  public static String of(RunReport run) {
    TableText text = new TableText(false);
    Stream<String> head = text.head(run.machine(), run.sizes()).stream();
    Stream<String> workloads =
        run.workloads().stream().flatMap(each -> text.workload(each).stream());
    return String.join(
            "\n",
            Stream.of(head, workloads, text.foot(run).stream()).flatMap(lines -> lines).toList())
        + "\n";
  }
}
