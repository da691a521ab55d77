package org.dedupfs.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * How fast each was, as an SVG with a bar for each and a line from the slowest round to the
 * fastest.
 */
final class BarChart {
  private static final int WIDTH = 760;
  private static final int BAR_LEFT = 250;
  private static final int BAR_WIDTH = 370;
  private static final int ROW = 26;
  private static final int BAR = 16;

  private BarChart() {}

  static String of(WorkloadReport workload) {
    List<Figure> figures = workload.figures();
    double most = 0;
    for (Figure figure : figures) {
      most = Math.max(most, figure.perSecond().greatest());
    }
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg role=\"img\" viewBox=\"0 0 %d %d\" aria-label=\"%s\">\n",
            WIDTH,
            figures.size() * ROW + 4,
            HtmlPage.escaped("speed of " + workload.name())));
    for (int i = 0; i < figures.size(); i++) {
      row(svg, workload.unit(), figures.get(i), i * ROW + 4, most);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void row(StringBuilder svg, Unit unit, Figure figure, int top, double most) {
    Spread speed = figure.perSecond();
    int middle = top + BAR / 2;
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <text x="%d" y="%d" class="who">%s</text>
            <rect x="%d" y="%d" width="%.1f" height="%d" class="%s"/>
            <line x1="%.1f" y1="%d" x2="%.1f" y2="%d" class="range"/>
            <text x="%d" y="%d" class="value">%s %s</text>
            """,
            BAR_LEFT - 8,
            middle + 5,
            HtmlPage.escaped(figure.who()),
            BAR_LEFT,
            top,
            length(speed.median(), most),
            BAR,
            figure.baseline() ? "other" : "ours",
            BAR_LEFT + length(speed.least(), most),
            middle,
            BAR_LEFT + length(speed.greatest(), most),
            middle,
            BAR_LEFT + BAR_WIDTH + 8,
            middle + 5,
            unit.shown(speed.median()),
            unit.rate()));
  }

  private static double length(double value, double most) {
    return most == 0 ? 0 : value / most * BAR_WIDTH;
  }
}
