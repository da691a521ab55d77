package org.dedupfs.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON strictly, as maps, lists, strings, doubles, booleans and {@link #NULL}. */
public final class JsonValue {
  public static final Object NULL = new Object();

  private final String text;
  private int at;

  private JsonValue(String text) {
    this.text = text;
  }

  /** The object that a text is; anything else is an error. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> object(String text) {
    JsonValue reader = new JsonValue(text.strip());
    Object value = reader.value();
    if (reader.at != reader.text.length()) {
      throw new IllegalArgumentException("more at " + reader.at);
    }
    return (Map<String, Object>) value;
  }

  private char next() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (next() != c) {
      throw new IllegalArgumentException("no " + c + " at " + at + ": " + text.charAt(at));
    }
    at++;
  }

  private Object value() {
    return switch (next()) {
      case '{' -> map();
      case '[' -> list();
      case '"' -> string();
      default -> word();
    };
  }

  private Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    expect('{');
    while (next() != '}') {
      if (!map.isEmpty()) {
        expect(',');
      }
      next();
      String name = string();
      expect(':');
      if (map.put(name, value()) != null) {
        throw new IllegalArgumentException(name + " twice");
      }
    }
    expect('}');
    return map;
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    expect('[');
    while (next() != ']') {
      if (!list.isEmpty()) {
        expect(',');
      }
      list.add(value());
    }
    expect(']');
    return list;
  }

  private String string() {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\\') {
        c = text.charAt(at++);
        if (c == 'u') {
          c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
          at += 4;
        }
      }
      string.append(c);
    }
    at++;
    return string.toString();
  }

  private static boolean isOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '+' || c == '.';
  }

  private Object word() {
    int start = at;
    while (at < text.length() && isOfWord(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at);
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      case "null" -> NULL;
      default -> Double.parseDouble(word);
    };
  }
}
