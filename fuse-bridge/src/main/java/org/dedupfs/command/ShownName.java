package org.dedupfs.command;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Names as a terminal may see them. What would control the terminal, reorder its line or cannot be
 * written in its character set shows as {@code \xNN} per byte, and a backslash as two: no name can
 * look like another one.
 */
final class ShownName {
  private static final Charset TERMINAL = Terminal.charset("stdout");

  private ShownName() {}

  static String of(String name) {
    return of(name, TERMINAL);
  }

  static String of(String name, Charset terminal) {
    if (name.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '\\')) {
      return name;
    }
    CharsetEncoder encoder = terminal.newEncoder();
    StringBuilder shown = new StringBuilder(name.length() + 16);
    name.codePoints()
        .forEach(
            c -> {
              String text = Character.toString(c);
              if (c == '\\') {
                shown.append("\\\\");
              } else if (isHarmless(c) && encoder.canEncode(text)) {
                shown.append(text);
              } else {
                escape(c, text, shown);
              }
            });
    return shown.toString();
  }

  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  private static void escape(int c, String text, StringBuilder shown) {
    if (c >= 0xDC80 && c <= 0xDCFF) {
      // A byte that is not UTF-8, see ByteNames.
      append(c - 0xDC00, shown);
      return;
    }
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      append(b & 0xFF, shown);
    }
  }

  private static void append(int value, StringBuilder shown) {
    shown.append(String.format(Locale.ROOT, "\\x%02x", value));
  }
}
