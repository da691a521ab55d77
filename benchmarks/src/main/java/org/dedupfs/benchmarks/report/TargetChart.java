package org.dedupfs.benchmarks.report;

import java.util.List;
import java.util.Locale;
import org.dedupfs.benchmarks.report.RunReport.Judged;

/**
 * All targets in one SVG: how far each figure is from its own, on a logarithmic scale from a tenth
 * to ten times as good. What is right of the line in the middle is met.
 */
final class TargetChart {
  private static final int WIDTH = 900;
  private static final int LEFT = 520;
  private static final int SPAN = 300;
  private static final int ROW = 22;
  private static final int DOT = 5;

  private TargetChart() {}

  static String of(List<Judged> judged) {
    int height = judged.size() * ROW + 24;
    StringBuilder svg =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                """
                <svg role="img" viewBox="0 0 %d %d" aria-label="figures and targets">
                <line x1="%d" y1="0" x2="%d" y2="%d" class="target"/>
                """,
                WIDTH,
                height,
                LEFT + SPAN / 2,
                LEFT + SPAN / 2,
                height - 20));
    for (int i = 0; i < judged.size(); i++) {
      row(svg, judged.get(i), i * ROW + ROW / 2);
    }
    for (String each : List.of("0.1", "1", "10")) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" class=\"tick\">%s</text>\n",
              place(Double.parseDouble(each)),
              height - 4,
              each));
    }
    return svg.append("</svg>\n").toString();
  }

  /** How many times as good as it has to be. */
  static double margin(Comparison comparison) {
    Target target = comparison.target();
    if (target == null) {
      return 1;
    }
    double value = comparison.value().median();
    return target.atMost() ? target.limit() / value : value / target.limit();
  }

  private static double place(double margin) {
    double clipped = Math.max(0.1, Math.min(10, margin));
    return LEFT + SPAN / 2.0 + Math.log10(clipped) * SPAN / 2;
  }

  private static void row(StringBuilder svg, Judged judged, int middle) {
    Comparison comparison = judged.comparison();
    double x = place(margin(comparison));
    String style = comparison.isMet() ? "met" : "missed";
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <text x="%d" y="%d" class="who">%s</text>
            <line x1="%d" y1="%d" x2="%.1f" y2="%d" class="%s"/>
            <circle cx="%.1f" cy="%d" r="%d" class="%s"/>
            <text x="%d" y="%d" class="value">%s</text>
            """,
            LEFT - 8,
            middle + 5,
            HtmlPage.escaped(judged.workload() + ": " + comparison.what()),
            LEFT + SPAN / 2,
            middle,
            x,
            middle,
            style,
            x,
            middle,
            DOT,
            style,
            LEFT + SPAN + 10,
            middle + 5,
            HtmlPage.escaped(TableText.shown(comparison.value().median()))));
  }
}
