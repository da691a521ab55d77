package org.dedupfs.nio;

import java.nio.file.PathMatcher;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Patterns of paths, as {@link java.nio.file.FileSystem#getPathMatcher} has them. */
final class PathPattern {
  private PathPattern() {}

  /**
   * @throws IllegalArgumentException if it is no syntax and pattern, or no pattern of its syntax
   * @throws UnsupportedOperationException if the syntax is unknown
   */
  static PathMatcher of(String syntaxAndPattern) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "'" + syntaxAndPattern + "' is not glob:PATTERN or regex:PATTERN");
    }
    String syntax = syntaxAndPattern.substring(0, colon);
    String pattern = syntaxAndPattern.substring(colon + 1);
    if (syntax.equalsIgnoreCase("glob")) {
      Predicate<String> matcher = Glob.compile(pattern);
      return path -> matcher.test(path.toString());
    }
    if (!syntax.equalsIgnoreCase("regex")) {
      throw new UnsupportedOperationException(
          "no pattern syntax '" + syntax + "'; known are glob and regex");
    }
    Pattern compiled = Pattern.compile(pattern);
    return path -> compiled.matcher(path.toString()).matches();
  }
}
