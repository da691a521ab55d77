package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.StoreStatistics;
import org.junit.jupiter.api.Test;

final class VerbsTest extends CommandFixture {
  @Test
  void stats_has_exactly_the_promised_fields() {
    StoreStatistics statistics = new StoreStatistics(1, 2, 600, 300, 150, 1200, 4, 5, 6);
    assertThat(StatsCommand.json(statistics))
        .isEqualTo(
            "{\"files\": 1, \"directories\": 2, \"logicalBytes\": 600, \"uniqueBytes\": 300,"
                + " \"storedBytes\": 150, \"diskBytes\": 1200, \"deadBytes\": 4,"
                + " \"metadataBytes\": 5, \"blocks\": 6, \"dedupRatio\": 2.000000,"
                + " \"compressionRatio\": 2.000000, \"spaceRatio\": 0.500000}");
  }

  @Test
  void stats_counts_what_was_imported_twice_once() throws IOException {
    Path store = newStore();
    Path tree = oddTree();
    run("import", store, tree).ends(ExitCode.DONE);
    run("import", store, tree, "--into", "/again").ends(ExitCode.DONE);
    Outcome outcome = run("stats", store).ends(ExitCode.DONE);
    assertThat(outcome.out())
        .contains("deduplication 2.0", "on disk")
        .doesNotContain("since it was mounted");
    assertThat(run("stats", "--json", store).out()).doesNotContain("activity");
  }

  @Test
  void ls_escapes_what_would_control_a_terminal_and_json_is_exact() throws IOException {
    Path store = newStore();
    run("import", store, oddTree()).ends(ExitCode.DONE);
    Outcome plain = run("ls", store, "/tree").ends(ExitCode.DONE);
    assertThat(plain.out()).contains("\\xff\\xfe", "a\\x0ab\\x1b[31m", "\\\\\"");
    assertThat(plain.out().chars().filter(c -> c == 27)).isEmpty();
    Outcome json = run("ls", "-R", "--json", store).ends(ExitCode.DONE);
    assertThat(json.out()).contains("\"pathBase64\": \"L3RyZWUv//4=\"", "\"target\": \"a/b\"");
    assertThat(json.out().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    Outcome longForm = run("ls", "-l", store, "/tree").ends(ExitCode.DONE);
    assertThat(longForm.out()).contains("-rwsr-sr-x", "drwxrwxrwt", "link -> a/b");
  }

  @Test
  void a_uri_says_store_and_directory() throws IOException {
    Path store = newStore();
    run("import", store, oddTree()).ends(ExitCode.DONE);
    Outcome outcome = run("ls", DedupFileSystems.uri(store, "/tree/a")).ends(ExitCode.DONE);
    assertThat(outcome.out().lines()).containsExactly("b");
  }

  @Test
  void a_log_file_keeps_what_quiet_does_not_show() throws IOException {
    Path store = newStore();
    Path log = directory.resolve("log");
    Outcome outcome = run("import", "-q", "--log-file", log, store, oddTree());
    assertThat(outcome.ends(ExitCode.DONE).out()).isEmpty();
    assertThat(log).content().contains("copied ", "imported ");
  }

  @Test
  void demo_shows_what_it_cost_and_leaves_nothing() throws IOException {
    Path work = Files.createDirectory(directory.resolve("work"));
    Outcome outcome = run("demo", "--temporary", work, oddTree()).ends(ExitCode.DONE);
    assertThat(outcome.out())
        .contains("first import", "second import", "are equal", "deduplication");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void demo_finds_a_tree_of_this_machine() throws IOException {
    assertThat(DemoTree.find().files()).isPositive();
  }

  @Test
  void demo_names_what_is_missing_for_it() {
    run("demo", directory.resolve("no")).ends(ExitCode.FAILED).saysInOneLine("not a directory");
    run("demo", "--temporary", directory.resolve("no"), directory)
        .ends(ExitCode.FAILED)
        .saysInOneLine("no such file");
  }

  @Test
  void each_verb_explains_itself_by_example() {
    Stream.of(
            "create", "import", "export", "ls", "cat", "cp", "mv", "rm", "mkdir", "stats", "gc",
            "check", "scrub", "repair", "demo")
        .forEach(
            verb ->
                assertThat(run(verb, "--help").ends(ExitCode.DONE).out())
                    .contains("Examples:", "  dedupfs " + verb));
  }

  @Test
  void a_size_that_no_number_holds_is_none() {
    assertThat(Quantities.parseBytes("8000000T")).isEqualTo(8_000_000L << 40);
    for (String size : new String[] {"99999999999T", "999999999999G", "8388608T", "0", "-1", ""}) {
      assertThatThrownBy(() -> Quantities.parseBytes(size))
          .as(size)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is no size");
    }
  }

  @Test
  void quantities_read_well() {
    assertThat(Quantities.bytes(1023)).isEqualTo("1023 B");
    assertThat(Quantities.bytes(1024)).isEqualTo("1.0 KiB");
    assertThat(Quantities.bytes((1L << 20) - 1)).isEqualTo("1.0 MiB");
    assertThat(Quantities.bytes(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    assertThat(Quantities.clock(3_725)).isEqualTo("1:02:05");
  }

  @Test
  void names_show_unambiguously_in_any_character_set() {
    assertThat(ShownName.of("ä\u202e", StandardCharsets.UTF_8)).isEqualTo("ä\\xe2\\x80\\xae");
    assertThat(ShownName.of("ä", StandardCharsets.US_ASCII)).isEqualTo("\\xc3\\xa4");
    assertThat(ShownName.of("\\x41", StandardCharsets.UTF_8)).isEqualTo("\\\\x41");
  }
}
