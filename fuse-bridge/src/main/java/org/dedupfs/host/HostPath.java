package org.dedupfs.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Paths of the host as the bytes they are, without loss in any locale: {@code of(toBytes(p))}
 * equals {@code p}. The JDK's own strings lose what the locale cannot decode; its {@code file:}
 * URIs do not, so what is not ASCII passes through those. Safe for use by any number of threads.
 */
public final class HostPath {
  private static final String HEX = "0123456789ABCDEF";
  private static final String UNRESERVED = "/.-_";
  private static final int FILE_PREFIX_LENGTH = "file://".length();

  /** Below this nothing is a directory, so that a URI gets no slash that the path does not have. */
  private static final Path NOWHERE = Path.of("/dev/null");

  private static final Path WORKING_DIRECTORY = Path.of("/proc/self/cwd");

  private HostPath() {}

  /** The bytes of {@code path}, absolute or relative as it is. */
  public static byte[] toBytes(Path path) {
    String text = path.toString();
    if (isAscii(text)) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
    if (path.isAbsolute()) {
      byte[] decoded = decode(path.toUri().toString().substring(FILE_PREFIX_LENGTH));
      // What a symbolic link says may end in a slash of its own.
      return text.endsWith("/") ? decoded : withoutSlash(decoded);
    }
    byte[] whole = toBytes(NOWHERE.resolve(path));
    return Arrays.copyOfRange(whole, NOWHERE.toString().length() + 1, whole.length);
  }

  /** A URI of a directory ends in a slash. */
  private static byte[] withoutSlash(byte[] bytes) {
    boolean added = bytes.length > 1 && bytes[bytes.length - 1] == '/';
    return added ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
  }

  /**
   * The path that has these bytes.
   *
   * @throws java.nio.file.InvalidPathException if there is a NUL in them
   */
  public static Path of(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (isAscii(text)) {
      return Path.of(text);
    }
    if (bytes[0] == '/') {
      return Path.of(URI.create("file://" + encode(bytes)));
    }
    Path absolute = Path.of(URI.create("file:///" + encode(bytes)));
    // Not relativize(), which would resolve "..".
    return absolute.subpath(0, absolute.getNameCount());
  }

  /**
   * As {@link Path#toAbsolutePath}, right too when the working directory has a name that the locale
   * cannot decode; then Java finds nothing by a relative path.
   */
  public static Path absolute(Path path) {
    return path.isAbsolute() ? path : workingDirectory().resolve(path);
  }

  /** {@code path} itself, if relative ones work here, else what {@link #absolute} makes of it. */
  public static Path usable(Path path) {
    boolean works = path.isAbsolute() || workingDirectory().equals(Path.of("").toAbsolutePath());
    return works ? path : absolute(path);
  }

  private static Path workingDirectory() {
    try {
      return Files.readSymbolicLink(WORKING_DIRECTORY);
    } catch (IOException e) {
      return Path.of("").toAbsolutePath();
    }
  }

  /** Whether this names one entry of a directory, and leads nowhere else. */
  public static boolean isPlainName(byte[] name) {
    boolean dots = name.length <= 2;
    for (byte b : name) {
      if (b == '/' || b == 0) {
        return false;
      }
      dots &= b == '.';
    }
    return !dots;
  }

  /** For a system call: with the NUL that ends it. */
  static byte[] terminated(Path path) {
    byte[] bytes = toBytes(path);
    // The empty path is the working directory to Java, and nothing to the system.
    return bytes.length == 0 ? new byte[] {'.', 0} : Arrays.copyOf(bytes, bytes.length + 1);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static String encode(byte[] path) {
    // Two slashes at the start would be an authority.
    int start = 0;
    while (start + 1 < path.length && path[start] == '/' && path[start + 1] == '/') {
      start++;
    }
    StringBuilder text = new StringBuilder(path.length + 16);
    for (int i = start; i < path.length; i++) {
      char c = (char) (path[i] & 0xFF);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
      if (plain) {
        text.append(c);
      } else {
        text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    return text.toString();
  }

  private static byte[] decode(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(raw.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
