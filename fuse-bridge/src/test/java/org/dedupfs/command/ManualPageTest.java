package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Every verb has a page, and the page has everything. */
final class ManualPageTest extends CommandFixture {
  private static final Set<String> REQUESTS =
      Set.of("TH", "SH", "PP", "TP", "PD", "B", "BR", "RB", "I", "nh", "ad", "nf", "fi");

  private final CommandLine root = DedupfsCommand.commandLine();

  /** What a reader sees of it, more or less. */
  private static String read(String page) {
    Matcher request = Pattern.compile("(?m)^\\.\\w+ ?").matcher(page);
    return request
        .replaceAll("")
        .replaceAll("\\\\f[BIR]", "")
        .replace("\\-", "-")
        .replace("\\&", "")
        .replace("\\e", "\\");
  }

  @Test
  void examples_stand_on_a_line_each_on_a_terminal_of_80_columns() {
    for (CommandLine verb : Completable.verbs(root)) {
      assertThat(verb.getCommandSpec().usageMessage().footer())
          .as(verb.getCommandName())
          .allMatch(line -> line.length() <= 80);
    }
  }

  @Test
  void every_verb_has_a_page_with_all_its_options_and_arguments() {
    List<CommandLine> verbs = Completable.verbs(root);
    assertThat(verbs).hasSizeGreaterThan(14);
    for (CommandLine verb : verbs) {
      String page = read(ManualPage.of(root, verb));
      String name = verb.getCommandName();
      assertThat(page).contains("NAME", "dedupfs-" + name + " - ", "OPTIONS", "130");
      for (OptionSpec option : Completable.options(verb)) {
        assertThat(page).as(name).contains(option.names());
        assertThat(page).as(name).contains(Completable.text(option.description()));
        if (option.arity().min() > 0) {
          assertThat(page)
              .as(name)
              .containsPattern("[= ]" + Pattern.quote(option.paramLabel()) + "\\n");
        }
      }
      verb.getCommandSpec()
          .positionalParameters()
          .forEach(each -> assertThat(page).as(name).contains(each.paramLabel()));
      for (String example : verb.getCommandSpec().usageMessage().footer()) {
        assertThat(page).as(name).contains(example);
      }
    }
  }

  @Test
  void the_page_of_the_command_names_every_verb_exit_code_and_option_of_a_store() {
    String page = read(ManualPage.of(root, root));
    for (CommandLine verb : Completable.verbs(root)) {
      assertThat(page).contains("\n" + verb.getCommandName() + "\n");
      assertThat(page).contains("dedupfs-" + verb.getCommandName() + "(1)");
    }
    for (ExitCode code : ExitCode.values()) {
      assertThat(page).contains("\n" + code.number() + "\n");
    }
    String keys = page.substring(page.indexOf("OPTIONS OF A STORE"), page.indexOf("ENVIRONMENT"));
    for (String key : DedupOptions.allowedValues().keySet()) {
      assertThat(keys).containsPattern("(?m)(^|\" )\"?" + key + "\\b");
    }
  }

  @Test
  void man_has_a_request_at_the_start_of_a_line_and_nowhere_else() {
    for (CommandLine each : ManualPage.all(root)) {
      for (String line : ManualPage.of(root, each).lines().toList()) {
        if (line.startsWith(".")) {
          assertThat(REQUESTS).as(line).contains(line.substring(1).split(" ", -1)[0]);
        }
        assertThat(line).doesNotStartWith("'").isNotEmpty();
        // An escape of man that is meant, or none.
        assertThat(line.replaceAll("\\\\(f[BIR]|-|e|&|\\(dq)", "")).doesNotContain("\\");
      }
    }
  }

  @Test
  void a_line_that_looks_like_a_request_is_guarded() {
    CommandLine odd = new CommandLine(new OddVerb());
    odd.getCommandSpec().usageMessage().description(".hidden files", "'quoted' \\x41 --and-so-on");
    root.addSubcommand("odd", odd);
    String page = ManualPage.of(root, odd);
    assertThat(page)
        .contains("\n\\&.hidden files\n", "\n\\&'quoted' \\ex41 \\fB\\-\\-and\\-so\\-on\\fR\n");
  }

  @CommandLine.Command(name = "odd", header = "Be odd.")
  private static final class OddVerb {}

  @Test
  void the_verb_prints_a_page_or_writes_them_all() throws IOException {
    assertThat(run("man", "import").ends(ExitCode.DONE).out())
        .startsWith(".TH \"DEDUPFS\\-IMPORT\" 1")
        .isEqualTo(ManualPage.of(root, root.getSubcommands().get("import")));
    assertThat(run("man").ends(ExitCode.DONE).out()).startsWith(".TH \"DEDUPFS\" 1");
    run("man", "no-such-verb").ends(ExitCode.USAGE).saysInOneLine("no-such-verb");
    Path pages = directory.resolve("pages");
    run("man", "--directory", pages).ends(ExitCode.DONE);
    try (var files = Files.list(pages.resolve("man1"))) {
      assertThat(files).hasSize(Completable.verbs(root).size() + 1);
    }
    assertThat(pages.resolve("man1/dedupfs-cp.1")).content().contains("dedupfs cp");
  }
}
