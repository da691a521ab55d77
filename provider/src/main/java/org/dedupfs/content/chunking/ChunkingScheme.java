package org.dedupfs.content.chunking;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a store cuts files into chunks; fixed when the store is created.
 *
 * @param kind of equal size or content-defined
 * @param averageBytes the chunk size aimed at, a power of two within the bounds of its kind
 */
public record ChunkingScheme(Kind kind, int averageBytes) {

  /** What decides where a chunk ends. */
  public enum Kind {
    /** The content: insertions do not disturb what follows. */
    CDC(4 << 10, 1 << 20),
    /** The offset alone. */
    FIXED(4 << 10, 4 << 20);

    private final int smallestBytes;
    private final int largestBytes;

    Kind(int smallestBytes, int largestBytes) {
      this.smallestBytes = smallestBytes;
      this.largestBytes = largestBytes;
    }

    String keyword() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Content-defined chunks of 64 KiB. */
  public static final ChunkingScheme DEFAULT = new ChunkingScheme(Kind.CDC, 64 << 10);

  private static final Pattern FORM = Pattern.compile("(cdc|fixed):([0-9]{1,9})([kKmM]?)");
  private static final String ALLOWED =
      "allowed are cdc:SIZE with 4k to 1m and fixed:SIZE with 4k to 4m, SIZE a power of two,"
          + " for example cdc:64k or fixed:128k";

  public ChunkingScheme {
    if (Integer.bitCount(averageBytes) != 1
        || averageBytes < kind.smallestBytes
        || averageBytes > kind.largestBytes) {
      throw new IllegalArgumentException(
          "chunking " + kind.keyword() + ":" + averageBytes + " is out of range; " + ALLOWED);
    }
  }

  /**
   * Reads the form that {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is not one of the allowed values, which it names
   */
  public static ChunkingScheme parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("chunking " + text + " is not known; " + ALLOWED);
    }
    Kind kind = matcher.group(1).equals("cdc") ? Kind.CDC : Kind.FIXED;
    long unit =
        switch (matcher.group(3)) {
          case "k", "K" -> 1 << 10;
          case "m", "M" -> 1 << 20;
          default -> 1;
        };
    long bytes = Long.parseLong(matcher.group(2)) * unit;
    if (bytes > kind.largestBytes) {
      throw new IllegalArgumentException("chunking " + text + " is out of range; " + ALLOWED);
    }
    return new ChunkingScheme(kind, (int) bytes);
  }

  /** No chunk but the last of a run is shorter. */
  public int minBytes() {
    return kind == Kind.CDC ? averageBytes / 4 : averageBytes;
  }

  /** No chunk is longer. */
  public int maxBytes() {
    return kind == Kind.CDC ? averageBytes * 4 : averageBytes;
  }

  public Chunker chunker() {
    return kind == Kind.CDC
        ? new FastCdcChunker(minBytes(), averageBytes, maxBytes())
        : new FixedChunker(averageBytes);
  }

  @Override
  public String toString() {
    boolean mega = averageBytes >= 1 << 20;
    return kind.keyword() + ":" + (mega ? (averageBytes >> 20) + "m" : (averageBytes >> 10) + "k");
  }
}
