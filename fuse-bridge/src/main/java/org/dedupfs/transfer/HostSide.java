package org.dedupfs.transfer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.dedupfs.ByteNames;

/**
 * The default file system of a Unix host. Its strings are lossy where a name is not valid in the
 * locale, its {@code file:} URIs are not: what is not ASCII passes through those.
 */
public final class HostSide implements Side {
  public static final HostSide INSTANCE = new HostSide();

  private static final String HEX = "0123456789ABCDEF";
  private static final int FILE_PREFIX_LENGTH = "file://".length();

  /** Below this nothing is a directory, so that a URI gets no slash that the path does not have. */
  private static final Path NOWHERE = Path.of("/dev/null");

  private static final Charset OF_HOST =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private HostSide() {}

  @Override
  public byte[] name(Path path) {
    Path name = path.getFileName();
    return name == null ? new byte[0] : bytes(name);
  }

  /** The bytes of a relative path, exactly. */
  private static byte[] bytes(Path relative) {
    String text = relative.toString();
    if (isAscii(text)) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
    byte[] whole = absoluteBytes(NOWHERE.resolve(relative));
    return Arrays.copyOfRange(whole, NOWHERE.toString().length() + 1, whole.length);
  }

  private static byte[] absoluteBytes(Path absolute) {
    byte[] bytes = decode(absolute.toUri().toString().substring(FILE_PREFIX_LENGTH));
    boolean slashAdded = bytes.length > 1 && !absolute.toString().endsWith("/");
    return slashAdded && bytes[bytes.length - 1] == '/'
        ? Arrays.copyOf(bytes, bytes.length - 1)
        : bytes;
  }

  @Override
  public Path child(Path directory, byte[] name) {
    String ascii = new String(name, StandardCharsets.ISO_8859_1);
    return directory.resolve(isAscii(ascii) ? Path.of(ascii) : fromBytes(name));
  }

  @Override
  public byte[] linkTarget(Path link) throws IOException {
    Path target = Files.readSymbolicLink(link);
    return target.isAbsolute() && !isAscii(target.toString())
        ? absoluteBytes(target)
        : bytes(target);
  }

  @Override
  public Path linkText(byte[] target) {
    String ascii = new String(target, StandardCharsets.ISO_8859_1);
    return isAscii(ascii) ? Path.of(ascii) : fromBytes(target);
  }

  private static Path fromBytes(byte[] bytes) {
    if (bytes[0] == '/') {
      return Path.of(URI.create("file://" + encode(bytes)));
    }
    Path absolute = Path.of(URI.create("file:///" + encode(bytes)));
    // Not relativize(), which would resolve "..".
    return absolute.subpath(0, absolute.getNameCount());
  }

  @Override
  public FileAttribute<?>[] creation(EntryAttributes attributes) {
    // Nobody else may look before the owner is right.
    String permissions = attributes.isDirectory() ? "rwx------" : "rw-------";
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }

  @Override
  public void createSpecial(Path path, EntryAttributes attributes) {
    throw new UnsupportedOperationException(
        "Java cannot make a " + attributes.typeName() + " on the host");
  }

  @Override
  public boolean canName(String extendedAttribute) {
    return isAscii(extendedAttribute) || OF_HOST.newEncoder().canEncode(extendedAttribute);
  }

  @Override
  public String text(Path path) {
    String text = path.toString();
    return isAscii(text) ? text : ByteNames.toText(absoluteBytes(path.toAbsolutePath()));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static String encode(byte[] path) {
    StringBuilder text = new StringBuilder(path.length + 16);
    for (byte b : path) {
      char c = (char) (b & 0xFF);
      if (c == '/'
          || c == '.'
          || c == '-'
          || c == '_'
          || (c < 0x80 && Character.isLetterOrDigit(c))) {
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
