package org.dedupfs.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A completion function for zsh, with descriptions; to be found in fpath or sourced. */
final class ZshCompletion {
  private static final String HEAD =
      """
      #compdef dedupfs
      # zsh completion for dedupfs, made by: dedupfs completion zsh
      _dedupfs() {
        local -a verbs=(
      """;

  private static final String MIDDLE =
      """
        )
        if ((CURRENT == 2)); then
          _describe -t verbs verb verbs
          _arguments '--help[Show help.]' '--version[Print the version.]'
          return
        fi
        local verb=$words[2]
        ((CURRENT--))
        shift words
        case $verb in
      """;

  private static final String TAIL =
      """
        esac
      }
      if [[ $funcstack[1] == _dedupfs ]]; then
        _dedupfs "$@"
      else
        compdef _dedupfs dedupfs
      fi
      """;

  private ZshCompletion() {}

  static String of(CommandLine root) {
    StringBuilder script = new StringBuilder(HEAD);
    for (CommandLine verb : Completable.verbs(root)) {
      String line = verb.getCommandName() + ":" + Completable.phrase(verb.getCommandSpec());
      script.append("    ").append(Completable.quoted(line)).append('\n');
    }
    script.append(MIDDLE);
    for (CommandLine verb : Completable.verbs(root)) {
      List<String> arguments = new ArrayList<>();
      Completable.options(verb).forEach(option -> arguments.add(option(option)));
      verb.getCommandSpec()
          .positionalParameters()
          .forEach(positional -> arguments.add(positional(positional)));
      script
          .append("  ")
          .append(verb.getCommandName())
          .append(")\n    _arguments -s -S \\\n      ")
          .append(String.join(" \\\n      ", arguments))
          .append("\n    ;;\n");
    }
    return script.append(TAIL).toString();
  }

  /** As {@code '(-q --quiet)'{-q,--quiet}'[Say less]'}. */
  private static String option(OptionSpec option) {
    List<String> names = List.of(option.names());
    boolean repeats = option.isMultiValue();
    StringBuilder text = new StringBuilder();
    if (repeats) {
      text.append("'*'");
    } else if (names.size() > 1) {
      text.append(Completable.quoted("(" + String.join(" ", names) + ")"));
    }
    List<String> written = names.stream().map(name -> name + suffix(option, name)).toList();
    text.append(
        names.size() > 1
            ? "{" + String.join(",", written) + "}"
            : Completable.quoted(written.get(0)));
    String description = "[" + escape(Completable.brief(option)) + "]";
    String value = Completable.takesValue(option) ? action(option) : "";
    if (!value.isEmpty() && !Completable.needsValue(option)) {
      value = ":" + value;
    }
    return text.append(Completable.quoted(description + value)).toString();
  }

  /** How the value follows: after an equals sign, or in the next word. */
  private static String suffix(OptionSpec option, String name) {
    if (!Completable.takesValue(option)) {
      return "";
    }
    if (!Completable.needsValue(option)) {
      return "=-";
    }
    return name.startsWith("--") ? "=" : "+";
  }

  private static String positional(PositionalParamSpec positional) {
    String place =
        positional.index().max() == positional.index().min()
            ? Integer.toString(positional.index().min() + 1)
            : "*";
    return Completable.quoted(place + action(positional));
  }

  private static String action(ArgSpec argument) {
    String label = ":" + escape(argument.paramLabel());
    return switch (Completable.kind(argument)) {
      case WORDS -> label + ":" + words(Completable.words(argument));
      case DIRECTORY -> label + ":_files -/";
      case FILE -> label + ":_files";
      case OTHER -> label + ": ";
    };
  }

  private static String words(List<String> words) {
    String all = escape(String.join(" ", words));
    // What goes on after an equals sign is not ended by a space.
    return words.get(0).endsWith("=") ? "{compadd -S \"\" -- " + all + "}" : "(" + all + ")";
  }

  private static String escape(String text) {
    return text.replaceAll("([\\[\\]:\\\\])", "\\\\$1");
  }
}
