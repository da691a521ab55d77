package org.dedupfs;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * A {@code dedup:} URI taken apart: which store, and which path inside it. Immutable.
 *
 * <pre>
 * dedup: store [ "!/" path ]        store = "file:///absolute" or, shorter, "/absolute"
 * dedup:file:///srv/store!/a/b%20c
 * </pre>
 *
 * <p>Both parts are bytes: percent escapes are decoded once, byte by byte, after the split at the
 * first raw {@code !/}. What is written escapes all but the unreserved characters of RFC 3986 and
 * {@code /}, thus {@code !} as {@code %21}, and has no trailing slash.
 */
public final class DedupUri {
  /** The scheme of all stores. */
  public static final String SCHEME = "dedup";

  private static final String EXAMPLE = "dedup:file:///srv/store!/a/b%20c";
  private static final String FILE_PREFIX = "file://";
  private static final String HEX = "0123456789ABCDEF";

  private final byte[] store;
  private final byte[] path;

  private DedupUri(byte[] store, byte[] path) {
    this.store = store;
    this.path = path;
  }

  /**
   * Takes a URI apart.
   *
   * @throws IllegalArgumentException if it does not follow the grammar; the message shows one that
   *     does
   */
  public static DedupUri parse(URI uri) {
    if (!SCHEME.equalsIgnoreCase(uri.getScheme())) {
      throw bad(uri, "the scheme is not '" + SCHEME + "'");
    }
    if (uri.getRawFragment() != null) {
      throw bad(uri, "it has a fragment (a '#' in a name is written %23)");
    }
    // The decoded form would turn %21 into '!' and %FF into U+FFFD.
    String specific = uri.getRawSchemeSpecificPart();
    if (specific.indexOf('?') >= 0) {
      throw bad(uri, "it has a query (a '?' in a name is written %3F)");
    }
    int split = specific.indexOf("!/");
    String storePart = split < 0 ? specific : specific.substring(0, split);
    String pathPart = split < 0 ? "/" : specific.substring(split + 1);
    return new DedupUri(
        clean(decode(uri, absoluteStore(uri, storePart))), clean(decode(uri, pathPart)));
  }

  /**
   * The URI of a path in a store.
   *
   * @param store a path of the default file system; made absolute
   * @param path absolute, in a store's own bytes
   */
  public static DedupUri of(Path store, byte[] path) {
    if (store.getFileSystem() != FileSystems.getDefault()) {
      throw new IllegalArgumentException(
          "a store lies in the default file system; " + store + " does not");
    }
    if (path.length == 0 || path[0] != '/') {
      throw new IllegalArgumentException(
          "a path in a store starts with '/'; '" + ByteNames.toText(path) + "' does not");
    }
    URI host = store.toAbsolutePath().toUri();
    return new DedupUri(clean(decode(host, host.getRawPath())), clean(path.clone()));
  }

  /** The store's directory on the host, as written: symbolic links are not resolved. */
  public Path store() {
    // The default provider turns escapes into bytes one by one, whatever the locale.
    return Path.of(URI.create(FILE_PREFIX + encode(store)));
  }

  /** The path inside the store: absolute, without double or trailing slashes. */
  public byte[] path() {
    return path.clone();
  }

  /** Whether the path is the store's root. */
  public boolean isRoot() {
    return path.length == 1;
  }

  /** The same store, another path. */
  public DedupUri withPath(byte[] absolutePath) {
    return new DedupUri(store, clean(absolutePath.clone()));
  }

  /** The long form. */
  public URI toUri() {
    return URI.create(SCHEME + ":" + FILE_PREFIX + encode(store) + "!" + encode(path));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DedupUri that
        && Arrays.equals(store, that.store)
        && Arrays.equals(path, that.path);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(store) + Arrays.hashCode(path);
  }

  @Override
  public String toString() {
    return toUri().toString();
  }

  private static String absoluteStore(URI uri, String part) {
    String rest = part;
    if (part.toLowerCase(Locale.ROOT).startsWith("file:")) {
      if (!part.regionMatches(true, 0, FILE_PREFIX, 0, FILE_PREFIX.length())) {
        throw bad(uri, "the store after 'file:' starts with three slashes");
      }
      rest = part.substring(FILE_PREFIX.length());
      if (!rest.startsWith("/")) {
        throw bad(uri, "it has an authority (a host), but stores are local");
      }
    } else if (part.startsWith("//")) {
      throw bad(uri, "it has an authority (a host), but stores are local");
    }
    if (!rest.startsWith("/")) {
      throw bad(uri, "the store is not an absolute path");
    }
    return rest;
  }

  private static byte[] decode(URI uri, String part) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(part.length());
    int i = 0;
    while (i < part.length()) {
      int c = part.codePointAt(i);
      if (c == '%') {
        int value = escape(uri, part, i);
        if (value == 0) {
          throw bad(uri, "it contains %00, and no name contains NUL");
        }
        if (value == '/') {
          throw bad(uri, "it contains %2F, and no name contains '/'");
        }
        bytes.write(value);
        i += 3;
        continue;
      }
      if (c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
        throw bad(uri, String.format("it contains U+%04X", c));
      }
      bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      i += Character.charCount(c);
    }
    return bytes.toByteArray();
  }

  private static int escape(URI uri, String part, int at) {
    int high = at + 2 < part.length() ? hexDigit(part.charAt(at + 1)) : -1;
    int low = high >= 0 ? hexDigit(part.charAt(at + 2)) : -1;
    if (low < 0) {
      throw bad(uri, "a '%' is not followed by two hexadecimal digits");
    }
    return high << 4 | low;
  }

  /** ASCII digits only: {@code Character.digit} takes those of all scripts. */
  private static int hexDigit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length + 16);
    for (byte b : bytes) {
      if (b == '/' || isUnreserved(b)) {
        text.append((char) b);
      } else {
        text.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
      }
    }
    return text.toString();
  }

  private static boolean isUnreserved(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '.'
        || b == '_'
        || b == '~';
  }

  /** An absolute path without double or trailing slashes. */
  private static byte[] clean(byte[] absolute) {
    int length = 0;
    for (byte b : absolute) {
      if (b != '/' || length == 0 || absolute[length - 1] != '/') {
        absolute[length++] = b;
      }
    }
    if (length > 1 && absolute[length - 1] == '/') {
      length--;
    }
    return Arrays.copyOf(absolute, length);
  }

  private static IllegalArgumentException bad(URI uri, String why) {
    return new IllegalArgumentException(uri + ": " + why + "; a right one is " + EXAMPLE);
  }
}
