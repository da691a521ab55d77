package org.dedupfs.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;

/**
 * Who keeps a mount busy, as far as this user may see: open files, working and root directories,
 * programs and mapped files, and what is mounted below. Looks into {@code /proc} only.
 */
public final class MountHolders {
  private static final Path PROCESSES = Path.of("/proc");
  private static final int MOST_NAMED = 8;

  private MountHolders() {}

  /** For people: {@code 4711 (bash), 4712 (vim)}; empty if nobody was found. */
  public static String of(Path mountPoint) throws IOException {
    List<String> holders = new ArrayList<>();
    for (MountEntry below : MountTable.read().below(mountPoint)) {
      holders.add("what is mounted at " + below.mountPoint());
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, mountPoint.toString())) {
          holders.add("process " + process.getFileName() + " (" + name(process) + ")");
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    int more = holders.size() - MOST_NAMED;
    String named = String.join(", ", holders.subList(0, Math.min(MOST_NAMED, holders.size())));
    return more > 0 ? named + " and " + more + " more" : named;
  }

  private static boolean holds(Path process, String mountPoint) {
    return Stream.of("cwd", "root", "exe")
            .anyMatch(link -> leads(process.resolve(link), mountPoint))
        || hasOpen(process, mountPoint)
        || hasMapped(process, mountPoint);
  }

  private static boolean hasOpen(Path process, String mountPoint) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (leads(descriptor, mountPoint)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      // Another user's, or it has ended.
      return false;
    }
  }

  private static boolean leads(Path link, String mountPoint) {
    try {
      return isWithin(Files.readSymbolicLink(link).toString(), mountPoint);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean hasMapped(Path process, String mountPoint) {
    try (Stream<String> lines = Files.lines(process.resolve("maps"), StandardCharsets.ISO_8859_1)) {
      String exact =
          new String(mountPoint.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      return lines.anyMatch(
          line -> line.indexOf('/') > 0 && isWithin(line.substring(line.indexOf('/')), exact));
    } catch (IOException | java.io.UncheckedIOException e) {
      return false;
    }
  }

  private static boolean isWithin(String path, String mountPoint) {
    return path.equals(mountPoint) || path.startsWith(mountPoint + "/");
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      return "?";
    }
  }
}
