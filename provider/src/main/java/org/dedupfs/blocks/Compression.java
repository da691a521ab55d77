package org.dedupfs.blocks;

import java.util.Locale;

/**
 * How new blocks are compressed; blocks say themselves how they were, so this may change.
 *
 * @param level meaningful for zstd (-5 to 19) and deflate (1 to 9), otherwise 0
 */
public record Compression(Method method, int level) {

  /** The family of the compression. */
  public enum Method {
    NONE(Codec.NONE, 0, 0, 0),
    ZSTD(Codec.ZSTD, -5, 19, 1),
    LZ4(Codec.LZ4, 0, 0, 0),
    DEFLATE(Codec.DEFLATE, 1, 9, 6);

    private final Codec codec;
    private final int lowest;
    private final int highest;
    private final int usual;

    Method(Codec codec, int lowest, int highest, int usual) {
      this.codec = codec;
      this.lowest = lowest;
      this.highest = highest;
      this.usual = usual;
    }

    Codec codec() {
      return codec;
    }
  }

  /** zstd at level 1: costs little where it gains nothing. */
  public static final Compression DEFAULT = new Compression(Method.ZSTD, 1);

  public static final Compression NONE = new Compression(Method.NONE, 0);

  private static final String ALLOWED =
      "allowed are none, lz4, zstd:LEVEL with -5 to 19 and deflate:LEVEL with 1 to 9";

  public Compression {
    if (level < method.lowest || level > method.highest) {
      throw new IllegalArgumentException(
          "compression " + form(method, level) + " is out of range; " + ALLOWED);
    }
  }

  /**
   * Reads the form that {@link #toString} writes; without a level the usual one is meant.
   *
   * @throws IllegalArgumentException if it is not one of the allowed values, which it names
   */
  public static Compression parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    for (Method method : Method.values()) {
      if (!keyword(method).equals(name)) {
        continue;
      }
      if (colon < 0) {
        return new Compression(method, method.usual);
      }
      if (method.lowest != method.highest) {
        return new Compression(method, level(text, colon));
      }
    }
    throw unknown(text);
  }

  private static int level(String text, int colon) {
    try {
      return Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw unknown(text);
    }
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException("compression " + text + " is not known; " + ALLOWED);
  }

  private static String keyword(Method method) {
    return method.name().toLowerCase(Locale.ROOT);
  }

  private static String form(Method method, int level) {
    return method.lowest == method.highest ? keyword(method) : keyword(method) + ":" + level;
  }

  @Override
  public String toString() {
    return form(method, level);
  }
}
