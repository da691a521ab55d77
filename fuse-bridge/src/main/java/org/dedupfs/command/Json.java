package org.dedupfs.command;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.dedupfs.ByteNames;

/** Writes one JSON object, field by field, in ASCII. Not safe for several threads. */
final class Json {
  private final StringBuilder text = new StringBuilder("{");

  Json add(String field, long value) {
    return raw(field, Long.toString(value));
  }

  Json add(String field, boolean value) {
    return raw(field, Boolean.toString(value));
  }

  Json add(String field, double value) {
    return raw(field, String.format(Locale.ROOT, "%.6f", value));
  }

  Json add(String field, String value) {
    return raw(field, quoted(value));
  }

  Json add(String field, Json object) {
    return raw(field, object.toString());
  }

  /** A name, and beside it its exact bytes in base64. */
  Json addName(String field, String name) {
    String bytes = Base64.getEncoder().encodeToString(ByteNames.toBytes(name));
    String shown = new String(ByteNames.toBytes(name), StandardCharsets.UTF_8);
    return add(field, shown).add(field + "Base64", bytes);
  }

  private Json raw(String field, String value) {
    if (text.length() > 1) {
      text.append(", ");
    }
    text.append(quoted(field)).append(": ").append(value);
    return this;
  }

  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
