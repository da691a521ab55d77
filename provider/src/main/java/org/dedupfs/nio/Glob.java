package org.dedupfs.nio;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads globs, as {@link java.nio.file.FileSystem#getPathMatcher} describes them and the JDK's Unix
 * provider reads them: by way of a regular expression, which says what is a glob and what a class
 * of characters has. Matching takes {@link GlobSteps}.
 */
final class Glob {
  private static final String REGEX_SPECIAL = ".^$+{[]|()";
  private static final String GLOB_SPECIAL = "\\*?[{";

  /** Which a dot of a regular expression does not take. */
  private static final String ENDS_OF_LINES = "\n\r\u0085\u2028\u2029";

  private final String glob;
  private final StringBuilder regex = new StringBuilder("^");
  private final GlobSteps steps = new GlobSteps();
  private boolean hasOddClass;
  private int at;
  private boolean inGroup;

  private Glob(String glob) {
    this.glob = glob;
  }

  /**
   * What the glob matches.
   *
   * @throws PatternSyntaxException if it is no glob
   */
  static Predicate<String> compile(String glob) {
    Glob reading = new Glob(glob);
    while (reading.more()) {
      reading.next();
    }
    if (reading.inGroup) {
      throw reading.wrong("Missing '}'");
    }
    Pattern whole = Pattern.compile(reading.regex.append('$').toString());
    return reading.hasOddClass ? whole.asMatchPredicate() : reading.steps::matches;
  }

  private static boolean isInName(int c) {
    return c != '/';
  }

  private static boolean isInLine(int c) {
    return ENDS_OF_LINES.indexOf(c) < 0;
  }

  private void next() {
    char c = glob.charAt(at++);
    switch (c) {
      case '\\' -> escaped();
      case '*' -> stars();
      case '?' -> {
        regex.append("[^/]");
        steps.one(Glob::isInName);
      }
      case '[' -> bracket();
      case '{' -> openGroup();
      case '}' -> closeGroup();
      case ',' -> comma();
      default -> literal(c);
    }
  }

  private void literal(char c) {
    if (REGEX_SPECIAL.indexOf(c) >= 0 || GLOB_SPECIAL.indexOf(c) >= 0) {
      regex.append('\\');
    }
    regex.append(c);
    steps.literal(c);
  }

  private void comma() {
    if (inGroup) {
      regex.append(")|(?:");
      steps.nextAlternative();
    } else {
      literal(',');
    }
  }

  private void escaped() {
    if (!more()) {
      throw wrong("No character to escape");
    }
    literal(glob.charAt(at++));
  }

  private void stars() {
    if (peek('*')) {
      at++;
      regex.append(".*");
      steps.many(Glob::isInLine);
    } else {
      regex.append("[^/]*");
      steps.many(Glob::isInName);
    }
  }

  private void openGroup() {
    if (inGroup) {
      throw wrong("Cannot nest groups");
    }
    inGroup = true;
    regex.append("(?:(?:");
    steps.beginGroup();
  }

  private void closeGroup() {
    if (inGroup) {
      inGroup = false;
      regex.append("))");
      steps.endGroup();
    } else {
      literal('}');
    }
  }

  /** A class of characters, never the separator; nothing is special in it but {@code !} and -. */
  private void bracket() {
    int start = regex.length();
    regex.append("[[^/]&&[");
    if (peek('^')) {
      at++;
      regex.append("\\^");
    } else {
      if (peek('!')) {
        at++;
        regex.append('^');
      }
      if (peek('-')) {
        at++;
        regex.append('-');
      }
    }
    boolean rangeMayFollow = false;
    char last = 0;
    while (more()) {
      char c = glob.charAt(at++);
      if (c == ']') {
        regex.append("]]");
        endBracket(regex.substring(start));
        return;
      }
      if (c == '/') {
        throw wrong("Explicit 'name separator' in class");
      }
      classMember(c);
      if (c != '-') {
        last = c;
        rangeMayFollow = true;
        continue;
      }
      if (!rangeMayFollow) {
        throw wrong("Invalid range");
      }
      if (more() && !peek(']')) {
        endOfRange(last);
        rangeMayFollow = false;
      }
    }
    throw wrong("Missing ']'");
  }

  private void endBracket(String text) {
    try {
      Predicate<String> members = Pattern.compile(text).asMatchPredicate();
      steps.one(c -> members.test(Character.toString(c)));
    } catch (PatternSyntaxException e) {
      // The end of a range is not escaped, and may be part of something that goes on beyond.
      hasOddClass = true;
    }
  }

  private void endOfRange(char first) {
    char c = glob.charAt(at++);
    if (c < first) {
      throw wrong("Invalid range");
    }
    regex.append(c); // Unescaped, as the JDK has it.
  }

  private void classMember(char c) {
    if (c == '\\' || c == '[' || (c == '&' && peek('&'))) {
      regex.append('\\');
    }
    regex.append(c);
  }

  private boolean more() {
    return at < glob.length();
  }

  private boolean peek(char c) {
    return more() && glob.charAt(at) == c;
  }

  private PatternSyntaxException wrong(String why) {
    return new PatternSyntaxException(why, glob, Math.max(0, at - 1));
  }
}
