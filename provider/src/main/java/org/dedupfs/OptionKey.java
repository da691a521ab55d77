package org.dedupfs;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All options: their keys in an {@code env}, and how a value is read and checked. */
enum OptionKey {
  CREATE("create", "true or false", OptionKey::bool),
  READ_ONLY("readOnly", "true or false", OptionKey::bool),
  CHUNKING("chunking", "cdc:SIZE or fixed:SIZE, for example cdc:64k", OptionKey::chunking),
  HASH("hash", "a JCA digest of at least 256 bits, for example SHA-256", OptionKey::hash),
  COMPRESSION(
      "compression", "zstd:-5 to zstd:19, lz4, deflate:1 to deflate:9, none", OptionKey::compress),
  DURABILITY("durability", "interval, close, none", v -> named(v, DedupOptions.Durability.class)),
  COMMIT_INTERVAL("commitInterval", "10ms to 1h", v -> duration(v, "PT0.01S", "PT1H")),
  MEMORY("memory", "a size of at least 64M, for example 512M", v -> atLeast(64L << 20, size(v))),
  THREADS("threads", "1 to 1024", v -> (int) within(1, 1024, number(v, 10))),
  METADATA_DIRECTORY("metadataDirectory", "a directory of the host", OptionKey::hostPath),
  BLOCKS_DIRECTORY("blocksDirectory", "a directory of the host", OptionKey::hostPath),
  OWNER("owner", "a user of the host, or a number", OptionKey::principal),
  GROUP("group", "a group of the host, or a number", OptionKey::principal),
  UMASK("umask", "an octal number from 0 to 777", v -> (int) within(0, 0777, number(v, 8))),
  ATIME("atime", "relatime, noatime, strict", v -> named(v, DedupOptions.AccessTimes.class)),
  VERIFY_READS("verifyReads", "true or false", OptionKey::bool),
  VERIFY_WRITES("verifyWrites", "true or false", OptionKey::bool),
  GC("gc", "0 (never) or 1m to 365d", OptionKey::gcInterval),
  JMX("jmx", "true or false", OptionKey::bool);

  private static final Pattern SIZE = Pattern.compile("(\\d{1,18})([kmgt]?)(ib|b)?");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
  private static final Pattern CHUNKING_FORM = Pattern.compile("(cdc|fixed):(.+)");
  private static final Pattern COMPRESSION_FORM =
      Pattern.compile("none|lz4|zstd:(-[1-5]|[1-9]|1[0-9]|0)|deflate:[1-9]");
  private static final int SMALLEST_DIGEST_BYTES = 32;

  private final String key;
  private final String allowed;

  @SuppressWarnings("Immutable") // Method references without state.
  private final Function<Object, Object> reader;

  OptionKey(String key, String allowed, Function<Object, Object> reader) {
    this.key = key;
    this.allowed = allowed;
    this.reader = reader;
  }

  String key() {
    return key;
  }

  /** For people. */
  String allowed() {
    return allowed;
  }

  static OptionKey of(String key) {
    for (OptionKey candidate : values()) {
      if (candidate.key.equals(key)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException(
        "unknown option '"
            + key
            + "'; known are "
            + Stream.of(values()).map(OptionKey::key).collect(Collectors.joining(", ")));
  }

  /** The value in its own type, from itself or from text. */
  Object read(@Nullable Object value) {
    try {
      if (value != null) {
        return reader.apply(value);
      }
    } catch (IllegalArgumentException | ArithmeticException | ClassCastException e) {
      throw refused(value, e);
    }
    throw refused(value, null);
  }

  private IllegalArgumentException refused(@Nullable Object value, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "option '" + key + "' cannot be '" + value + "'; allowed: " + allowed, cause);
  }

  private static Object bool(Object value) {
    if (value instanceof Boolean) {
      return value;
    }
    return switch ((String) value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  private static Object chunking(Object value) {
    String text = lower(value);
    Matcher form = matched(CHUNKING_FORM, text);
    within(1 << 10, 16 << 20, size(form.group(2)));
    return text;
  }

  private static Object hash(Object value) {
    try {
      int bytes = MessageDigest.getInstance((String) value).getDigestLength();
      if (bytes < SMALLEST_DIGEST_BYTES) {
        throw new IllegalArgumentException(value + " gives " + 8 * bytes + " bits");
      }
      return value;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Object compress(Object value) {
    return matched(COMPRESSION_FORM, lower(value)).group();
  }

  private static Object hostPath(Object value) {
    return value instanceof Path path ? path : Path.of((String) value);
  }

  private static Object principal(Object value) {
    String text = value instanceof Integer id ? Integer.toUnsignedString(id) : (String) value;
    if (text.isBlank()) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private static Object gcInterval(Object value) {
    return value.equals("0") || value.equals(Duration.ZERO)
        ? Duration.ZERO
        : duration(value, "PT1M", "P365D");
  }

  private static Object duration(Object value, String least, String most) {
    Duration duration = value instanceof Duration typed ? typed : duration((String) value);
    if (duration.compareTo(Duration.parse(least)) < 0
        || duration.compareTo(Duration.parse(most)) > 0) {
      throw new IllegalArgumentException();
    }
    return duration;
  }

  private static Duration duration(String text) {
    if (text.startsWith("P")) {
      try {
        return Duration.parse(text);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(e);
      }
    }
    Matcher form = matched(DURATION, text.toLowerCase(Locale.ROOT));
    long count = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** Bytes; the suffixes are powers of 1024, with or without {@code iB}. */
  static long size(Object value) {
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    Matcher form = matched(SIZE, lower(value));
    int shift = form.group(2).isEmpty() ? 0 : 10 * ("kmgt".indexOf(form.group(2)) + 1);
    return Math.multiplyExact(Long.parseLong(form.group(1)), 1L << shift);
  }

  private static long number(Object value, int radix) {
    return value instanceof Integer number ? number : Long.parseLong((String) value, radix);
  }

  private static <E extends Enum<E>> Object named(Object value, Class<E> type) {
    return type.isInstance(value)
        ? value
        : Enum.valueOf(type, ((String) value).toUpperCase(Locale.ROOT));
  }

  private static String lower(Object value) {
    return ((String) value).toLowerCase(Locale.ROOT);
  }

  private static long within(long least, long most, long value) {
    if (value > most) {
      throw new IllegalArgumentException();
    }
    return atLeast(least, value);
  }

  private static long atLeast(long least, long value) {
    if (value < least) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  private static Matcher matched(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    return matcher;
  }
}
