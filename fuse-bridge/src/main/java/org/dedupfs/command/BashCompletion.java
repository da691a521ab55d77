package org.dedupfs.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A completion script for bash: tables of verbs and options, and one function. */
final class BashCompletion {
  @SuppressWarnings("InlineFormatString") // A whole script reads better by itself.
  private static final String SCRIPT =
      """
      # bash completion for dedupfs, made by: dedupfs completion bash
      _dedupfs() {
        local verbs=%1$s
        local line=${COMP_LINE:0:COMP_POINT} verb options= value= words= current
        local -a all
        read -ra all <<<"$line"
        [[ $line == *[[:space:]] ]] && all+=("")
        current=${all[${#all[@]}-1]} verb=${all[1]}
        COMPREPLY=()
        if ((${#all[@]} <= 2)); then
          COMPREPLY=($(compgen -W "$verbs --help --version" -- "$current"))
          return
        fi
        case $verb in
      %2$s
        esac
        value=${all[${#all[@]}-2]}
        if [[ $current == --*=* ]]; then
          value=${current%%%%=*} current=${current#*=}
        elif [[ $current == -* ]]; then
          COMPREPLY=($(compgen -W "$options" -- "$current"))
          [[ ${COMPREPLY-} == *= ]] && compopt -o nospace
          return
        fi
        case "$verb $value" in
      %3$s
        *) return ;; # names of files
        esac
        # Bash takes what follows one of these for a word of its own.
        local before=${current%%"${current##*[:=]}"}
        COMPREPLY=($(compgen -W "$words" -- "$current"))
        COMPREPLY=("${COMPREPLY[@]#"$before"}")
        [[ ${COMPREPLY-} == *= ]] && compopt -o nospace
      }
      complete -o default -F _dedupfs dedupfs
      """;

  /** Stands for any file, which the shell completes by itself. */
  private static final String FILES = "";

  private BashCompletion() {}

  static String of(CommandLine root) {
    List<CommandLine> verbs = Completable.verbs(root);
    String names = verbs.stream().map(CommandLine::getCommandName).collect(Collectors.joining(" "));
    List<String> options = new ArrayList<>();
    for (CommandLine verb : verbs) {
      options.add(
          "  " + verb.getCommandName() + ") options=" + Completable.quoted(options(verb)) + " ;;");
    }
    return String.format(
        Locale.ROOT, SCRIPT, Completable.quoted(names), String.join("\n", options), values(verbs));
  }

  private static String options(CommandLine verb) {
    List<String> words = new ArrayList<>();
    for (OptionSpec option : Completable.options(verb)) {
      for (String name : option.names()) {
        words.add(name.startsWith("--") && Completable.needsValue(option) ? name + "=" : name);
      }
    }
    return String.join(" ", words);
  }

  /**
   * What may follow a verb or an option of it, as patterns of both; what may be a file has none.
   * Options of one name that mean the same with all verbs share a line.
   */
  private static String values(List<CommandLine> verbs) {
    Map<String, Map<String, String>> byOption = new TreeMap<>();
    Map<String, List<String>> patterns = new LinkedHashMap<>();
    for (CommandLine verb : verbs) {
      String name = verb.getCommandName();
      verb.getCommandSpec().positionalParameters().stream()
          .filter(each -> Completable.kind(each) == Completable.Kind.WORDS)
          .forEach(each -> add(patterns, words(each), name + "\\ " + name));
      for (OptionSpec option : Completable.options(verb)) {
        if (Completable.needsValue(option)) {
          for (String each : option.names()) {
            byOption.computeIfAbsent(each, none -> new TreeMap<>()).put(name, words(option));
          }
        }
      }
    }
    byOption.forEach(
        (option, words) -> {
          boolean same = Set.copyOf(words.values()).size() == 1;
          words.forEach((verb, each) -> add(patterns, each, (same ? "*" : verb) + "\\ " + option));
        });
    patterns.remove(FILES);
    return patterns.entrySet().stream()
        .map(
            each -> "  " + String.join(" | ", each.getValue()) + ") words=" + each.getKey() + " ;;")
        .collect(Collectors.joining("\n"));
  }

  private static void add(Map<String, List<String>> patterns, String words, String pattern) {
    List<String> all = patterns.computeIfAbsent(words, none -> new ArrayList<>());
    if (!all.contains(pattern)) {
      all.add(pattern);
    }
  }

  private static String words(ArgSpec argument) {
    return switch (Completable.kind(argument)) {
      case FILE, DIRECTORY -> FILES;
      default -> Completable.quoted(String.join(" ", Completable.words(argument)));
    };
  }
}
