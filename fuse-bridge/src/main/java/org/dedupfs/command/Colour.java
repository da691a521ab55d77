package org.dedupfs.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/**
 * Colours for who looks at a terminal: damage and errors red, help in bold and yellow. None where
 * output goes to a file or a program, where {@code NO_COLOR} is set, and on a dumb terminal; {@code
 * CLICOLOR_FORCE} asks for them everywhere. See no-color.org and bixense.com/clicolors.
 */
enum Colour {
  RED("31"),
  GREEN("32");

  private static final String PREFIX = "dedupfs: ";

  private final String code;

  Colour(String code) {
    this.code = code;
  }

  private static boolean wanted(boolean terminal) {
    return wanted(
        terminal,
        System.getenv("NO_COLOR"),
        System.getenv("CLICOLOR_FORCE"),
        System.getenv("TERM"));
  }

  /** As the environment says; null stands for what it does not have. */
  static boolean wanted(
      boolean terminal, @Nullable String noColor, @Nullable String force, @Nullable String term) {
    if (noColor != null && !noColor.isEmpty()) {
      return false;
    }
    if (force != null && !force.isEmpty() && !force.equals("0")) {
      return true;
    }
    return terminal && term != null && !term.equals("dumb");
  }

  /** A line for standard output. */
  String onOutput(String line) {
    return wanted(Terminal.showsOutput()) ? painted(line) : line;
  }

  /** A line for standard error that tells of something that went wrong. */
  static String error(String line) {
    return wanted(Terminal.showsErrors())
        ? RED.painted(PREFIX.strip()) + " " + line
        : PREFIX + line;
  }

  private String painted(String text) {
    return "\u001b[1;" + code + "m" + text + "\u001b[0m";
  }

  /** For what picocli writes to standard output. */
  static ColorScheme ofHelp() {
    return Help.defaultColorScheme(wanted(Terminal.showsOutput()) ? Ansi.ON : Ansi.OFF);
  }
}
