package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the README shows of the command is there. */
final class ReadmeTest {
  /** In running text, or a line of an example. */
  private static final Pattern CALL =
      Pattern.compile("`(?:\\./)?dedupfs ([^`\n]+)`|(?m)^\\./dedupfs ([^#\\n]+)");

  /** Its module tests what is said of it. */
  private static final String OF_ANOTHER_JAR = "benchmark";

  /** Each option of the ancestor, as its documentation lists them. */
  private static final List<String> OF_THE_ANCESTOR =
      List.of(
          "--print-stats",
          "--log-file",
          "--verbose",
          "--metastore",
          "--datastore",
          "--block-size",
          "--no-transactions",
          "--nosync",
          "--nogc",
          "--verify-writes",
          "--hash",
          "--compress",
          "--profile",
          "`-f`",
          "`-d`",
          "`-s`",
          "`-o ");

  private final Map<String, CommandLine> verbs = DedupfsCommand.commandLine().getSubcommands();

  private static String readme() throws IOException {
    return Files.readString(Path.of("..", "README.md"));
  }

  @Test
  void every_call_it_shows_has_a_verb_and_options_that_exist() throws IOException {
    Matcher calls = CALL.matcher(readme());
    int found = 0;
    while (calls.find()) {
      String call = calls.group(1) == null ? calls.group(2) : calls.group(1);
      List<String> words = Arrays.asList(call.strip().split("\\s+", -1));
      if (words.get(0).matches("VERB|-.*|" + OF_ANOTHER_JAR)) {
        continue;
      }
      found++;
      assertThat(verbs).as(call).containsKey(words.get(0));
      CommandLine verb = verbs.get(words.get(0));
      words.stream()
          .filter(word -> word.matches("--?[a-z].*"))
          .map(word -> word.replaceFirst("=.*", ""))
          .forEach(
              option ->
                  assertThat(verb.getCommandSpec().findOption(option))
                      .as("%s in %s", option, call)
                      .isNotNull());
    }
    assertThat(found).isGreaterThan(20);
  }

  @Test
  void every_option_of_the_ancestor_has_a_line() throws IOException {
    List<String> rows = readme().lines().filter(line -> line.startsWith("| ")).toList();
    for (String option : OF_THE_ANCESTOR) {
      assertThat(rows)
          .as(option)
          .anyMatch(
              row -> row.split("\\|", -1)[1].contains(option) && row.split("\\|", -1).length == 4);
    }
  }
}
