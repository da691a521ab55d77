package org.dedupfs.mount;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dedupfs.host.HostPath;

/**
 * What is mounted where this process looks, at one moment. Reading it touches none of the mounted
 * file systems.
 */
public final class MountTable {
  private static final Path SELF = Path.of("/proc/self/mountinfo");

  private static final int DEVICE = 2;
  private static final int MOUNT_POINT = 4;
  private static final int FIRST_OPTIONAL = 6;

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

  /** What would end a field stands there as a backslash and three octal digits. */
  private static Path path(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
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
    return last(entry -> entry.mountPoint().equals(place));
  }

  /** All mounts of a store, alive or dead. */
  public List<MountEntry> ofStore(Path store) {
    return entries.stream()
        .filter(entry -> entry.isStore() && entry.source().equals(store))
        .toList();
  }

  /** Where else, or still, a file system is mounted. */
  List<MountEntry> ofDevice(String device) {
    return entries.stream().filter(entry -> entry.device().equals(device)).toList();
  }

  /** What is mounted below a place. */
  List<MountEntry> below(Path place) {
    return entries.stream()
        .filter(entry -> entry.mountPoint().startsWith(place) && !entry.mountPoint().equals(place))
        .toList();
  }

  private Optional<MountEntry> last(java.util.function.Predicate<MountEntry> wanted) {
    Optional<MountEntry> found = Optional.empty();
    for (MountEntry entry : entries) {
      if (wanted.test(entry)) {
        found = Optional.of(entry);
      }
    }
    return found;
  }
}
