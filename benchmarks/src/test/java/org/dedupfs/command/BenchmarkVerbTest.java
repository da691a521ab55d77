package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dedupfs.benchmarks.report.JsonValue;
import org.dedupfs.benchmarks.report.RunReportTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import picocli.CommandLine;

/** The verb as part of the command; what it measures at these sizes means nothing. */
class BenchmarkVerbTest {
  private static final String[] SMALL = {
    "--quick", "--size", "1M", "--files", "30", "--operations", "100", "--rounds", "1"
  };

  @TempDir Path directory;

  private final StringWriter err = new StringWriter();

  private String run(ExitCode expected, String... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output out = new Output(bytes, StandardCharsets.UTF_8);
    int exitCode = Main.run(out, new PrintWriter(err, true), arguments);
    out.flush();
    String said = bytes.toString(StandardCharsets.UTF_8);
    assertThat(exitCode).as(said + err).isEqualTo(expected.number());
    return said;
  }

  private String small(String only) throws IOException {
    List<String> line = new ArrayList<>(List.of("benchmark"));
    line.addAll(List.of(SMALL));
    line.addAll(
        List.of(
            "--only",
            only,
            "--store",
            Files.createDirectory(directory.resolve("work")).toString(),
            "--output",
            directory.resolve("results").toString()));
    return run(ExitCode.DONE, line.toArray(String[]::new));
  }

  @Test
  void it_is_listed_and_explains_itself_by_example_like_the_others() {
    assertThat(run(ExitCode.DONE, "--help")).contains("  benchmark ", "  import ");
    assertThat(run(ExitCode.DONE, "benchmark", "--help"))
        .contains("Examples:", "  dedupfs benchmark --quick", "--profile");
    assertThat(run(ExitCode.DONE, "man", "benchmark"))
        .startsWith(".TH \"DEDUPFS\\-BENCHMARK\" 1")
        .contains("read\\-warm");
    for (String shell : List.of("bash", "zsh", "fish")) {
      assertThat(run(ExitCode.DONE, "completion", shell))
          .contains("benchmark", "operations", "mount-readdir-small");
    }
    assertThat(run(ExitCode.DONE, "benchmark", "--list"))
        .contains("write-unique-cdc", "mount-stat");
  }

  @Test
  void what_makes_no_sense_is_refused_before_anything_is_made() {
    run(ExitCode.USAGE, "benchmark", "--only", "fly");
    run(ExitCode.USAGE, "benchmark", "--quick", "--full");
    run(ExitCode.USAGE, "benchmark", "--rounds", "0");
    run(ExitCode.USAGE, "benchmark", "--size", "much");
    run(ExitCode.FAILED, "benchmark", "--store", directory.resolve("no").toString());
    run(ExitCode.FAILED, "benchmark", "--store", directory.toString(), "--size", "1000000G");
    assertThat(err.toString()).contains("no workload fly", "'much' is no size", "are needed");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void a_workload_gives_a_table_json_and_a_page_and_leaves_nothing() throws Exception {
    String table = small("write-duplicate,page-overwrite-cdc-1,files-import");
    assertThat(table)
        .contains("write-duplicate-cdc", "SHA-256 alone", "CPU / SHA-256 alone", "at most 2")
        .contains("files-import", "plain files + syncfs", "targets: ")
        .doesNotContain("\u001b");
    Map<String, Object> json =
        JsonValue.object(Files.readString(directory.resolve("results/results.json")));
    assertThat((List<?>) json.get("workloads")).hasSize(4);
    Document page = RunReportTest.parsed(Files.readString(directory.resolve("results/index.html")));
    assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(5);
    assertThat(directory.resolve("work")).isEmptyDirectory();
  }

  @Test
  void every_call_that_the_documentation_shows_is_right() throws IOException {
    CommandLine verb = DedupfsCommand.commandLine().getSubcommands().get("benchmark");
    int found = 0;
    for (String file : List.of("README.md", "CONTRIBUTING.md", "benchmarks/README.md")) {
      Matcher calls =
          Pattern.compile("dedupfs benchmark([^`\n#|]*)")
              .matcher(Files.readString(Path.of("..", file)));
      while (calls.find()) {
        found++;
        for (String word : calls.group(1).strip().split("\\s+", -1)) {
          if (word.startsWith("-")) {
            assertThat(verb.getCommandSpec().findOption(word.replaceFirst("=.*", "")))
                .as("%s in %s", word, file)
                .isNotNull();
          }
        }
      }
    }
    assertThat(found).isGreaterThan(5);
  }
}
