package org.dedupfs.command;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completions for fish, with descriptions. */
final class FishCompletion {
  private FishCompletion() {}

  static String of(CommandLine root) {
    StringBuilder script = new StringBuilder();
    script.append("# fish completion for dedupfs, made by: dedupfs completion fish\n");
    script.append(
        """
        complete -c dedupfs -n __fish_use_subcommand -f
        complete -c dedupfs -n __fish_use_subcommand -l help -d 'Show help'
        complete -c dedupfs -n __fish_use_subcommand -l version -d 'Print the version'
        """);
    for (CommandLine verb : Completable.verbs(root)) {
      script.append(
          String.format(
              Locale.ROOT,
              "complete -c dedupfs -n __fish_use_subcommand -a %s -d %s%n",
              verb.getCommandName(),
              quoted(Completable.phrase(verb.getCommandSpec()))));
    }
    for (CommandLine verb : Completable.verbs(root)) {
      String start =
          "complete -c dedupfs -n '__fish_seen_subcommand_from " + verb.getCommandName() + "'";
      Completable.options(verb)
          .forEach(option -> script.append(start).append(option(option)).append('\n'));
      verb.getCommandSpec().positionalParameters().stream()
          .map(Completable::words)
          .filter(words -> !words.isEmpty())
          .forEach(
              words ->
                  script
                      .append(start)
                      .append(" -f -a ")
                      .append(quoted(String.join(" ", words)))
                      .append('\n'));
    }
    return script.toString();
  }

  private static String option(OptionSpec option) {
    StringBuilder text = new StringBuilder();
    for (String name : option.names()) {
      text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (Completable.needsValue(option)) {
      switch (Completable.kind(option)) {
        case WORDS ->
            text.append(" -x -a ").append(quoted(String.join(" ", Completable.words(option))));
        case DIRECTORY -> text.append(" -x -a '(__fish_complete_directories)'");
        case FILE -> text.append(" -r");
        case OTHER -> text.append(" -x");
      }
    }
    return text.append(" -d ").append(quoted(Completable.brief(option))).toString();
  }

  /** Fish knows two escapes within single quotes. */
  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
