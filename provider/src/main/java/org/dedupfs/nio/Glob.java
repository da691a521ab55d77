package org.dedupfs.nio;

import java.util.regex.PatternSyntaxException;

/**
 * Translates globs, as {@link java.nio.file.FileSystem#getPathMatcher} describes them and the JDK's
 * Unix provider reads them, to regular expressions.
 */
final class Glob {
  private static final String REGEX_SPECIAL = ".^$+{[]|()";
  private static final String GLOB_SPECIAL = "\\*?[{";

  private final String glob;
  private final StringBuilder regex = new StringBuilder("^");
  private int at;
  private boolean inGroup;

  private Glob(String glob) {
    this.glob = glob;
  }

  /**
   * @throws PatternSyntaxException if it is no glob
   */
  static String toRegex(String glob) {
    Glob translation = new Glob(glob);
    while (translation.more()) {
      translation.next();
    }
    if (translation.inGroup) {
      throw translation.wrong("Missing '}'");
    }
    return translation.regex.append('$').toString();
  }

  private void next() {
    char c = glob.charAt(at++);
    switch (c) {
      case '\\' -> escaped();
      case '*' -> stars();
      case '?' -> regex.append("[^/]");
      case '[' -> bracket();
      case '{' -> openGroup();
      case '}' -> regex.append(closesGroup() ? "))" : "}");
      case ',' -> regex.append(inGroup ? ")|(?:" : ",");
      default -> literal(c);
    }
  }

  private void literal(char c) {
    if (REGEX_SPECIAL.indexOf(c) >= 0 || GLOB_SPECIAL.indexOf(c) >= 0) {
      regex.append('\\');
    }
    regex.append(c);
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
    } else {
      regex.append("[^/]*");
    }
  }

  private void openGroup() {
    if (inGroup) {
      throw wrong("Cannot nest groups");
    }
    inGroup = true;
    regex.append("(?:(?:");
  }

  private boolean closesGroup() {
    boolean closes = inGroup;
    inGroup = false;
    return closes;
  }

  /** A class of characters, never the separator; nothing is special in it but {@code !} and -. */
  private void bracket() {
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
