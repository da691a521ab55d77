package org.dedupfs.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.dedupfs.benchmarks.report.RunReport.Skipped;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** How a run is shown, in each form. */
public class RunReportTest {
  private static final Spread SPEED = Spread.of(200 << 20, 100 << 20, 400 << 20);

  private static RunReport run() {
    WorkloadReport write =
        new WorkloadReport(
            "write-unique",
            "Java API",
            "write \"new\" bytes & <more>",
            Unit.BYTES,
            List.of(
                new Figure("dedupfs", false, SPEED, Spread.of(2, 1, 3), 3),
                new Figure("SHA-256 alone", true, Spread.of(800 << 20), Spread.of(0.5), 3)),
            List.of(
                new Comparison("CPU / SHA-256 alone", Spread.of(4, 2, 6), new Target(true, 3)),
                new Comparison("speed / disk", Spread.of(1.2), new Target(false, 0.9)),
                new Comparison("speed / other", Spread.of(0.5), null)),
            300L << 20,
            12.5,
            new Space(1000, 250),
            List.of("a note"));
    return new RunReport(
        "dedupfs 1",
        "small",
        Instant.EPOCH,
        61,
        new Machine("CPU", true, 2, 8L << 30, "Linux 6", "17", "ext4", 0.5),
        List.of(write),
        List.of(new Skipped("mount-stat", "no /dev/fuse")));
  }

  /** Parses a page, which must be XML. */
  public static Document parsed(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  @Test
  void a_spread_has_the_middle_and_the_ends() {
    assertThat(Spread.of(3, 1, 2)).isEqualTo(new Spread(2, 1, 3));
    assertThat(Spread.of(4, 1, 2, 3)).isEqualTo(new Spread(2.5, 1, 4));
  }

  @Test
  void a_target_is_met_by_its_limit_and_on_the_right_side_of_it() {
    assertThat(new Comparison("a", Spread.of(3), new Target(true, 3)).isMet()).isTrue();
    assertThat(new Comparison("a", Spread.of(3.01), new Target(true, 3)).isMet()).isFalse();
    assertThat(new Comparison("a", Spread.of(3), new Target(false, 3)).isMet()).isTrue();
    assertThat(new Comparison("a", Spread.of(2.99), new Target(false, 3)).isMet()).isFalse();
    assertThat(new Target(false, 250_000).text()).isEqualTo("at least 250,000");
    assertThat(new Target(true, 1.35).text()).isEqualTo("at most 1.35");
    assertThat(new Target(true, 3).text()).isEqualTo("at most 3");
  }

  @Test
  void resident_memory_is_judged_once_for_all() {
    assertThat(run().judged()).hasSize(3);
    assertThat(run().judged().get(2).comparison().what()).isEqualTo("resident MiB");
    assertThat(run().missed()).isEqualTo(1);
  }

  @Test
  void the_text_has_every_figure_and_names_what_is_not_met_once_more() {
    String text = TableText.of(run());
    assertThat(text)
        .contains("write-unique", "dedupfs", "200 MiB/s", "(100 to 400)", "300 MiB resident")
        .contains("stored 0.25 of what was written", "note: a note")
        .contains("not measured: mount-stat: no /dev/fuse")
        .contains("targets: 2 met, 1 not met")
        .containsPattern("CPU / SHA-256 alone +4.00 +\\(2.00 to 6.00\\) +at most 3 +NOT MET")
        .containsPattern("speed / disk +1.20 .*at least 0.9 +met")
        .doesNotContain("\u001b");
    assertThat(text.substring(text.indexOf("targets:"))).contains("write-unique", "NOT MET");
  }

  @Test
  void colours_are_for_terminals() {
    List<String> lines = new TableText(true).workload(run().workloads().get(0));
    assertThat(lines).anyMatch(line -> line.contains("\u001b[31mNOT MET\u001b[0m"));
    assertThat(lines).anyMatch(line -> line.contains("\u001b[32mmet\u001b[0m"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void json_has_every_field_and_exact_numbers() {
    Map<String, Object> json = JsonValue.object(JsonText.of(run()));
    assertThat(json)
        .containsOnlyKeys(
            "version",
            "sizes",
            "started",
            "tookSeconds",
            "machine",
            "residentBytes",
            "targets",
            "targetsMissed",
            "skipped",
            "workloads");
    Map<String, Object> workload = ((List<Map<String, Object>>) json.get("workloads")).get(0);
    assertThat(workload)
        .containsEntry("title", "write \"new\" bytes & <more>")
        .containsEntry("unit", "bytes")
        .containsEntry("writtenBytes", 1000.0)
        .containsEntry("tookSeconds", 12.5);
    List<Map<String, Object>> comparisons = (List<Map<String, Object>>) workload.get("comparisons");
    assertThat(comparisons.get(0)).containsEntry("atMost", 3.0).containsEntry("met", false);
    assertThat(comparisons.get(1)).containsEntry("atLeast", 0.9).containsEntry("met", true);
    assertThat(comparisons.get(2)).doesNotContainKeys("atMost", "atLeast", "met");
    List<Map<String, Object>> figures = (List<Map<String, Object>>) workload.get("figures");
    assertThat(figures.get(0).get("cpuSecondsPerGB"))
        .isEqualTo(Map.of("median", 2.0, "least", 1.0, "greatest", 3.0));
  }

  @Test
  void the_page_is_whole_and_needs_nothing_from_elsewhere() throws Exception {
    String page = HtmlPage.of(run());
    Document document = parsed(page);
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(2);
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(2);
    assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(3);
    assertThat(document.getElementsByTagName("h2").item(1).getTextContent())
        .contains("write \"new\" bytes & <more>");
    assertThat(page)
        .contains("prefers-color-scheme: dark")
        .doesNotContain("http:", "https:", "src=", "href=", "@import", "url(");
  }

  @Test
  void a_mark_right_of_the_line_is_met() {
    assertThat(TargetChart.margin(new Comparison("a", Spread.of(2), new Target(true, 4))))
        .isEqualTo(2);
    assertThat(TargetChart.margin(new Comparison("a", Spread.of(2), new Target(false, 4))))
        .isEqualTo(0.5);
  }
}
