package org.dedupfs.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted where this process looks, at one moment: the one reader of {@code
 * /proc/self/mountinfo}. Reading it touches none of the mounted file systems, however dead. Paths
 * are the bytes that the kernel tells, in any locale. Immutable.
 */
public final class MountTable {
  private static final Path SELF = Path.of("/proc/self/mountinfo");

  private static final int DEVICE = 2;
  private static final int MOUNT_POINT = 4;
  private static final int FIRST_OPTIONAL = 6;

  private static final int OCTAL_DIGITS = 3;

  private final List<MountEntry> entries;

  private MountTable(List<MountEntry> entries) {
    this.entries = entries;
  }

  /** The list as it is now. */
  public static MountTable read() throws IOException {
    return parse(Files.readAllBytes(SELF));
  }

  /** The list as the kernel wrote it, see proc(5). */
  public static MountTable parse(byte[] mountinfo) {
    List<MountEntry> entries = new ArrayList<>();
    for (String line : new String(mountinfo, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (!line.isEmpty()) {
        entries.add(entry(line.split(" ", -1)));
      }
    }
    return new MountTable(List.copyOf(entries));
  }

  private static MountEntry entry(String[] fields) {
    int separator = FIRST_OPTIONAL;
    while (!fields[separator].equals("-")) {
      separator++;
    }
    return new MountEntry(
        fields[DEVICE],
        path(fields[MOUNT_POINT]),
        fields[separator + 1],
        path(fields[separator + 2]),
        List.of(fields[separator + 3].split(",", -1)));
  }

  /** What would end a field, and a backslash, stand there as a backslash and three octal digits. */
  private static Path path(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + OCTAL_DIGITS < field.length()) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 1 + OCTAL_DIGITS), 8));
        i += OCTAL_DIGITS;
      } else {
        bytes.write(c);
      }
    }
    return HostPath.of(bytes.toByteArray());
  }

  /** All, in the order in which they were mounted. */
  public List<MountEntry> entries() {
    return entries;
  }

  /**
   * What is mounted right at a place: of several the one that is seen.
   *
   * @param place absolute, without links
   */
  public Optional<MountEntry> at(Path place) {
    Optional<MountEntry> top = Optional.empty();
    for (MountEntry entry : entries) {
      top = entry.mountPoint().equals(place) ? Optional.of(entry) : top;
    }
    return top;
  }

  /** Where else, or still, a file system is mounted. */
  public List<MountEntry> ofDevice(String device) {
    return entries.stream().filter(entry -> entry.device().equals(device)).toList();
  }

  /** What is mounted below a place. */
  public List<MountEntry> below(Path place) {
    return entries.stream()
        .filter(entry -> entry.mountPoint().startsWith(place) && !entry.mountPoint().equals(place))
        .toList();
  }
}
