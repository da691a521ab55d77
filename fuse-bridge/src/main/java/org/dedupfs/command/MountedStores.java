package org.dedupfs.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dedupfs.host.HostPath;

/** Which stores are mounted where, as {@code /proc/self/mountinfo} says. Immutable. */
final class MountedStores {
  private static final Path MOUNT_TABLE = Path.of("/proc/self/mountinfo");
  private static final String TYPE = "fuse.dedup";

  /** After these come optional fields, up to a lone hyphen. */
  private static final int MOUNT_POINT_FIELD = 4;

  private final List<Mount> mounts;

  private record Mount(Path point, Path store) {}

  private MountedStores(List<Mount> mounts) {
    this.mounts = mounts;
  }

  /** Empty where the table cannot be read. */
  static MountedStores load() {
    try {
      return parse(Files.readAllBytes(MOUNT_TABLE));
    } catch (IOException e) {
      // No such table, no mounts of ours.
      return new MountedStores(List.of());
    }
  }

  static MountedStores parse(byte[] table) {
    String text = new String(table, StandardCharsets.ISO_8859_1);
    return new MountedStores(
        text.lines().map(MountedStores::mount).flatMap(Optional::stream).toList());
  }

  private static Optional<Mount> mount(String line) {
    List<String> fields = Arrays.asList(line.split(" ", -1));
    int hyphen = fields.indexOf("-");
    if (hyphen <= MOUNT_POINT_FIELD
        || fields.size() < hyphen + 3
        || !fields.get(hyphen + 1).equals(TYPE)
        || !fields.get(hyphen + 2).startsWith("/")) {
      return Optional.empty();
    }
    return Optional.of(
        new Mount(path(fields.get(MOUNT_POINT_FIELD)), path(fields.get(hyphen + 2))));
  }

  /** Blanks and backslashes are written as three octal digits. */
  private static Path path(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int i = 0;
    while (i < field.length()) {
      if (field.charAt(i) == '\\' && field.substring(i + 1).matches("(?s)[0-3][0-7]{2}.*")) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 4;
      } else {
        bytes.write(field.charAt(i));
        i++;
      }
    }
    return HostPath.of(bytes.toByteArray());
  }

  /** The store that is mounted exactly there, the last one where several are. */
  Optional<Path> storeAt(Path point) {
    if (mounts.isEmpty()) {
      return Optional.empty();
    }
    Path named = HostPath.absolute(point).normalize();
    Path real = real(named);
    return mounts.stream()
        .filter(mount -> mount.point().equals(named) || mount.point().equals(real))
        .reduce((earlier, later) -> later)
        .map(Mount::store);
  }

  /** Links on the way resolved, without asking the mounted file system, which may be dead. */
  private static Path real(Path absolute) {
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      return absolute;
    }
    try {
      Path link = parent.toRealPath().resolve(name);
      return Files.isSymbolicLink(link) ? link.toRealPath() : link;
    } catch (IOException e) {
      return absolute;
    }
  }
}
