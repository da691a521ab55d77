package org.dedupfs.benchmarks.report;

import java.util.Locale;
import org.dedupfs.benchmarks.report.RunReport.Skipped;

/** A run as a page that needs nothing else, light or dark as its reader likes it. */
public final class HtmlPage {
  private static final double MIB = 1 << 20;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --faint: #59636e;
        --line: #d1d9e0; --ours: #0a66c2; --other: #b6bfc9; --good: #1a7f37; --bad: #cf222e; }
      @media (prefers-color-scheme: dark) {
        :root { --back: #0d1117; --text: #e6edf3; --faint: #9198a1; --line: #3d444d;
          --ours: #4493f8; --other: #59636e; --good: #3fb950; --bad: #f85149; } }
      body { background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
        max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
      h2 small { color: var(--faint); font-weight: normal; font-size: 0.9rem; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; margin: 0.75rem 0; font-variant-numeric: tabular-nums; }
      th, td { padding: 0.2rem 0.75rem 0.2rem 0; text-align: left; vertical-align: top; }
      th { color: var(--faint); font-weight: normal; border-bottom: 1px solid var(--line); }
      td.number { text-align: right; }
      .met { color: var(--good); fill: var(--good); stroke: var(--good); }
      .missed { color: var(--bad); fill: var(--bad); stroke: var(--bad); }
      svg { width: 100%; height: auto; }
      svg text { fill: var(--text); stroke: none; font-size: 13px; }
      svg .who { text-anchor: end; }
      svg .tick { text-anchor: middle; fill: var(--faint); }
      svg .ours { fill: var(--ours); }
      svg .other { fill: var(--other); }
      svg .range { stroke: var(--text); stroke-width: 1.5; }
      svg .target { stroke: var(--faint); stroke-dasharray: 4 3; }
      svg circle, svg line.met, svg line.missed { stroke-width: 1.5; }
      """;

  private HtmlPage() {}

  /** The whole page; every element is closed, so that it is XML, too. */
  public static String of(RunReport run) {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
        .append("<title>dedupfs benchmark</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>dedupfs benchmark</h1>\n");
    head(page, run);
    page.append(
        "<h2>Targets <small>how many times as good as it has to be, on a logarithmic scale; left of"
            + " the dashed line is not met</small></h2>\n");
    page.append(TargetChart.of(run.judged()));
    run.workloads().forEach(workload -> workload(page, workload));
    return page.append("</body>\n</html>\n").toString();
  }

  private static void head(StringBuilder page, RunReport run) {
    for (String line : new TableText(false).head(run.machine(), run.sizes())) {
      paragraph(page, line);
    }
    paragraph(
        page,
        String.format(
            Locale.ROOT,
            "%s, %s; took %.0f s; at most %.0f MiB resident; %d of %d targets met",
            run.version(),
            run.started(),
            run.tookSeconds(),
            run.residentBytes() / MIB,
            run.judged().size() - run.missed(),
            run.judged().size()));
    for (Skipped skipped : run.skipped()) {
      page.append("<p class=\"missed\">Not measured: ")
          .append(escaped(skipped.name() + ": " + skipped.reason()))
          .append("</p>\n");
    }
    paragraph(
        page,
        "All who do the same work do it in turns; figures are medians of the rounds, with the least"
            + " and the greatest in parentheses. What is written is counted until it is durable.");
  }

  private static void paragraph(StringBuilder page, String text) {
    page.append("<p>").append(escaped(text)).append("</p>\n");
  }

  private static void workload(StringBuilder page, WorkloadReport workload) {
    page.append("<h2 id=\"")
        .append(escaped(workload.name()))
        .append("\">")
        .append(escaped(workload.name()))
        .append(" <small>")
        .append(escaped(workload.door() + ": " + workload.title()))
        .append("</small></h2>\n")
        .append(BarChart.of(workload));
    Unit unit = workload.unit();
    page.append("<div class=\"scroll\"><table>\n<tr><th></th><th>")
        .append(unit.rate())
        .append("</th><th>least to greatest</th><th>")
        .append(unit.cpu())
        .append("</th></tr>\n");
    for (Figure figure : workload.figures()) {
      Spread speed = figure.perSecond();
      row(
          page,
          "",
          figure.who(),
          unit.shown(speed.median()),
          unit.shown(speed.least()) + " to " + unit.shown(speed.greatest()),
          String.format(Locale.ROOT, "%.2f", figure.cpu().median()));
    }
    page.append("</table></div>\n<div class=\"scroll\"><table>\n")
        .append("<tr><th></th><th>figure</th><th>least to greatest</th><th>target</th></tr>\n");
    for (Comparison each : workload.comparisons()) {
      Target target = each.target();
      Spread value = each.value();
      row(
          page,
          target == null ? "" : each.isMet() ? "met" : "missed",
          each.what(),
          TableText.shown(value.median()),
          TableText.shown(value.least()) + " to " + TableText.shown(value.greatest()),
          target == null ? "" : target.text() + (each.isMet() ? ": met" : ": not met"));
    }
    page.append("</table></div>\n");
    String use =
        String.format(Locale.ROOT, "At most %.0f MiB resident.", workload.residentBytes() / MIB);
    Space space = workload.space();
    paragraph(
        page,
        space == null
            ? use
            : use
                + String.format(
                    Locale.ROOT, " Bytes stored for each byte written: %.3f.", space.factor()));
    workload.notes().forEach(note -> paragraph(page, note));
  }

  private static void row(
      StringBuilder page, String style, String name, String figure, String range, String last) {
    page.append(style.isEmpty() ? "<tr>" : "<tr class=\"" + style + "\">")
        .append("<td>")
        .append(escaped(name))
        .append("</td><td class=\"number\">")
        .append(escaped(figure))
        .append("</td><td>")
        .append(escaped(range))
        .append("</td><td>")
        .append(escaped(last))
        .append("</td></tr>\n");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
