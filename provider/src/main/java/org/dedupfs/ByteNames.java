package org.dedupfs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import org.jspecify.annotations.Nullable;

/**
 * How names, which are bytes, show in strings, without loss: {@code toBytes(toText(b))} equals
 * {@code b} for all bytes but NUL.
 *
 * <p>Bytes are read as UTF-8; each byte {@code b} that is no part of valid UTF-8 becomes the lone
 * low surrogate {@code U+DC00 + b} (the way of Python's PEP 383). Nothing is normalised.
 */
public final class ByteNames {
  private static final char ESCAPE = 0xDC00;

  private ByteNames() {}

  /** The text that stands for {@code bytes}. */
  public static String toText(byte[] bytes) {
    if (isAscii(bytes)) {
      return new String(bytes, StandardCharsets.US_ASCII);
    }
    StringBuilder text = new StringBuilder(bytes.length);
    int i = 0;
    while (i < bytes.length) {
      int length = sequenceLength(bytes, i);
      if (length == 0) {
        text.append((char) (ESCAPE + (bytes[i] & 0xFF)));
        i++;
      } else {
        text.appendCodePoint(codePoint(bytes, i, length));
        i += length;
      }
    }
    return text.toString();
  }

  /**
   * The bytes that {@code text} stands for.
   *
   * @throws InvalidPathException if it contains NUL, or a lone surrogate that stands for no byte
   */
  public static byte[] toBytes(String text) {
    byte[] ascii = asciiBytes(text);
    if (ascii != null) {
      return ascii;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() * 2);
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (c == 0) {
        throw new InvalidPathException(visible(text), "Nul character not allowed", i);
      }
      if (c > ESCAPE + 0x7F && c <= ESCAPE + 0xFF) {
        bytes.write(c - ESCAPE);
      } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw new InvalidPathException(
            visible(text), String.format("Lone surrogate U+%04X stands for no byte", c), i);
      } else {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
      i += Character.charCount(c);
    }
    return bytes.toByteArray();
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static byte @Nullable [] asciiBytes(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = text.charAt(i);
      if (c == 0 || c > 0x7F) {
        return null;
      }
      bytes[i] = (byte) c;
    }
    return bytes;
  }

  /** Length of the well-formed UTF-8 sequence at {@code i} (Unicode table 3-7), 0 if none. */
  private static int sequenceLength(byte[] bytes, int i) {
    int first = bytes[i] & 0xFF;
    if (first < 0x80) {
      return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
      return 0;
    }
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (i + length > bytes.length) {
      return 0;
    }
    int second = bytes[i + 1] & 0xFF;
    int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) {
      return 0;
    }
    for (int k = 2; k < length; k++) {
      if ((bytes[i + k] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  private static int codePoint(byte[] bytes, int i, int length) {
    int value = length == 1 ? bytes[i] : bytes[i] & (0x7F >> length);
    for (int k = 1; k < length; k++) {
      value = (value << 6) | (bytes[i + k] & 0x3F);
    }
    return value;
  }

  /** An exception's input must not be NUL-ridden: some logs end there. */
  private static String visible(String text) {
    return text.replace('\0', '\u2400');
  }
}
