package org.dedupfs.bridge.jnr;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.dedupfs.host.HostPath;

/**
 * Who keeps a mount point busy. Only links of {@code /proc} are read, never what they lead to.
 *
 * @param processes name and number each
 * @param mounts below the mount point
 */
record MountUsers(List<String> processes, List<String> mounts) {
  private static final Path PROC = Path.of("/proc");
  private static final int SHOWN = 5;

  static MountUsers of(byte[] mountPoint) {
    String path = new String(mountPoint, StandardCharsets.ISO_8859_1);
    List<String> processes = new ArrayList<>();
    List<String> mounts = List.of();
    try {
      mounts = MountTable.read().mountPointsBelow(mountPoint);
      try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
        for (Path process : all) {
          if (uses(process, path)) {
            processes.add(name(process));
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Then it is told without names.
    }
    return new MountUsers(List.copyOf(processes), List.copyOf(mounts));
  }

  /** A process that has ended meanwhile, or is not ours to look at, counts as none. */
  private static boolean uses(Path process, String mountPoint) {
    if (leadsThere(process.resolve("cwd"), mountPoint)
        || leadsThere(process.resolve("root"), mountPoint)
        || leadsThere(process.resolve("exe"), mountPoint)) {
      return true;
    }
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (leadsThere(descriptor, mountPoint)) {
          return true;
        }
      }
      return Files.readString(process.resolve("maps"), StandardCharsets.ISO_8859_1)
          .contains(" " + mountPoint + "/");
    } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
      return false;
    }
  }

  private static boolean leadsThere(Path link, String mountPoint) {
    try {
      String target =
          new String(HostPath.toBytes(Files.readSymbolicLink(link)), StandardCharsets.ISO_8859_1);
      return target.equals(mountPoint) || target.startsWith(mountPoint + "/");
    } catch (IOException e) {
      return false;
    }
  }

  private static String name(Path process) {
    String number = process.getFileName().toString();
    try {
      return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip()
          + " ("
          + number
          + ")";
    } catch (IOException e) {
      return number;
    }
  }

  String describe() {
    if (!processes.isEmpty()) {
      return "used by " + list(processes);
    }
    if (!mounts.isEmpty()) {
      return "something is mounted below it: " + list(mounts);
    }
    return "used by a process that this user may not look at";
  }

  private static String list(List<String> names) {
    String shown = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return names.size() > SHOWN ? shown + " and " + (names.size() - SHOWN) + " more" : shown;
  }
}
