package org.dedupfs.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What completion scripts and manual pages say of a command line, from what picocli knows of it.
 */
final class Completable {
  /** What a value may be. */
  enum Kind {
    /** One of some words, or begins with one. */
    WORDS,
    DIRECTORY,
    FILE,
    /** Nothing that a shell could know. */
    OTHER
  }

  private Completable() {}

  /** The verbs in the order in which {@code --help} lists them. */
  static List<CommandLine> verbs(CommandLine root) {
    return List.copyOf(root.getSubcommands().values());
  }

  /** In the order in which {@code --help} lists them. */
  static List<OptionSpec> options(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .sorted(Comparator.comparing(Completable::sortKey))
        .toList();
  }

  private static String sortKey(OptionSpec option) {
    String bare = option.shortestName().replaceFirst("^-+", "");
    // A small letter before the capital.
    return bare.toLowerCase(Locale.ROOT) + " " + (Character.isUpperCase(bare.charAt(0)) ? 1 : 0);
  }

  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  static boolean needsValue(OptionSpec option) {
    return option.arity().min() > 0;
  }

  /** The words it may be. */
  static List<String> words(ArgSpec argument) {
    List<String> words = new ArrayList<>();
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(words::add);
    }
    return words;
  }

  static Kind kind(ArgSpec argument) {
    if (!words(argument).isEmpty()) {
      return Kind.WORDS;
    }
    return switch (argument.paramLabel()) {
      case "DIR", "STORE", "MOUNTPOINT", "MOUNTPOINT|STORE" -> Kind.DIRECTORY;
      case "FILE", "SRC", "DEST" -> Kind.FILE;
      default -> Kind.OTHER;
    };
  }

  /** The header of a verb as a phrase, without the full stop. */
  static String phrase(CommandSpec command) {
    return text(command.usageMessage().header()).replaceFirst("\\.$", "");
  }

  /** The description as one line. */
  static String text(String... lines) {
    return Stream.of(lines)
        .map(line -> String.format(Locale.ROOT, line).strip())
        .collect(Collectors.joining(" "));
  }

  /** The first sentence of the description, for a list. */
  static String brief(ArgSpec argument) {
    String all = text(argument.description());
    int end = all.indexOf(". ");
    return (end < 0 ? all : all.substring(0, end)).replaceFirst("\\.$", "");
  }

  /** In single quotes for a shell of the Bourne family. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
