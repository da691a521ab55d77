package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What shells are told; bash, which every host has, is asked what it makes of it. */
final class CompletionTest extends CommandFixture {
  private final CommandLine root = DedupfsCommand.commandLine();

  private static String script(String shell) {
    return run("completion", shell).ends(ExitCode.DONE).out();
  }

  /** What bash offers behind a line. */
  private List<String> offered(String line) throws Exception {
    Path script = Files.writeString(directory.resolve("dedupfs.bash"), script("bash"));
    String ask =
        "set -u; . \"$1\"; compopt() { :; }; COMP_LINE=$2; COMP_POINT=${#2}; _dedupfs;"
            + " ((${#COMPREPLY[@]})) && printf '%s\\n' \"${COMPREPLY[@]}\" || :";
    Outcome outcome = runApart(List.of("bash", "-c", ask, "bash"), script, line);
    assertThat(outcome.err()).isEmpty();
    return outcome.ends(ExitCode.DONE).out().lines().toList();
  }

  @Test
  void bash_completes_verbs_options_and_words() throws Exception {
    assertThat(offered("dedupfs ")).contains("import", "export", "man", "--version");
    assertThat(offered("dedupfs im")).containsExactly("import");
    assertThat(offered("dedupfs export --m")).containsExactly("--memory=", "--merge");
    assertThat(offered("dedupfs rm -")).contains("-r", "--recursive", "-f", "--profile");
    assertThat(offered("dedupfs completion ")).containsExactly("bash", "zsh", "fish");
    assertThat(offered("dedupfs man exp")).containsExactly("export");
    assertThat(offered("dedupfs stats -o comm")).containsExactly("commitInterval=");
  }

  @Test
  void bash_gets_only_what_is_behind_the_colon_or_equals_sign_it_stops_at() throws Exception {
    assertThat(offered("dedupfs create --chunking cdc:6")).containsExactly("64k");
    assertThat(offered("dedupfs create --compression=zstd:1")).containsExactly("1", "19");
    assertThat(offered("dedupfs create --compression=l")).containsExactly("lz4");
  }

  @Test
  void bash_completes_names_of_files_by_itself() throws Exception {
    assertThat(offered("dedupfs import /")).isEmpty();
    assertThat(offered("dedupfs import --log-file=/")).isEmpty();
    assertThat(script("bash")).endsWith("complete -o default -F _dedupfs dedupfs\n");
  }

  @Test
  void every_shell_knows_every_verb_and_option() {
    String zsh = script("zsh");
    String fish = script("fish");
    String bash = script("bash");
    for (CommandLine verb : Completable.verbs(root)) {
      String name = verb.getCommandName();
      assertThat(zsh).contains("'" + name + ":").contains("\n  " + name + ")\n");
      assertThat(fish).contains(" -n __fish_use_subcommand -a " + name + " -d ");
      for (OptionSpec option : Completable.options(verb)) {
        for (String each : option.names()) {
          assertThat(bash).containsPattern("\\n +" + name + "\\) options='[^'\\n]*" + each);
          assertThat(zsh).contains(each);
          String written =
              each.startsWith("--") ? "-l " + each.substring(2) : "-s " + each.charAt(1);
          assertThat(fish).containsPattern("_from " + name + "'[^\\n]* " + written + " ");
        }
      }
    }
  }

  @Test
  void an_unknown_shell_is_told_which_are_known() throws IOException {
    assertThat(run("completion", "tcsh").ends(ExitCode.USAGE).err())
        .contains("tcsh", "bash", "zsh", "fish");
  }
}
