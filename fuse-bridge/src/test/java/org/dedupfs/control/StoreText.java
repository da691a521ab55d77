package org.dedupfs.control;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.UnixFileAttributes;

/** What is compared of stores, as text. */
final class StoreText {
  static final String ODD = "odd \udcff\n\u00e4";

  private StoreText() {}

  static FileTime time(String text) {
    return FileTime.from(Instant.parse(text));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static List<String> list(Path path) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
      return strings(stream);
    }
  }

  static List<String> strings(DirectoryStream<Path> stream) {
    List<String> found = new ArrayList<>();
    stream.forEach(path -> found.add(path.toString()));
    found.sort(null);
    return found;
  }

  static UnixFileAttributes read(Path path) throws IOException {
    return Files.readAttributes(path, UnixFileAttributes.class, NOFOLLOW_LINKS);
  }

  static String shown(UnixFileAttributes a) {
    return String.format(
        "%o %d %d %d:%d %s %s %s %d %s %s%s%s%s",
        a.mode(),
        a.nlink(),
        a.rdev(),
        a.uid(),
        a.gid(),
        a.owner(),
        a.group(),
        a.permissions(),
        a.size(),
        a.allocatedBytes(),
        a.isDirectory(),
        a.isRegularFile(),
        a.isSymbolicLink(),
        a.isOther());
  }

  /** Without what differs from store to store: times of now, the device. */
  static String shown(Map<String, Object> values) {
    Map<String, Object> kept = new TreeMap<>(values);
    kept.keySet().removeAll(List.of("dev", "fileKey", "ctime"));
    kept.values()
        .removeIf(
            value ->
                value instanceof FileTime time
                    && Math.abs(time.toMillis() - System.currentTimeMillis()) < 600_000);
    return kept.toString();
  }

  /** All names, attributes and bytes. */
  static List<String> dump(DedupFileSystem fs) throws IOException {
    List<String> lines = new ArrayList<>();
    dump(fs.getPath("/"), lines);
    return lines;
  }

  private static void dump(Path path, List<String> lines) throws IOException {
    UnixFileAttributes found = read(path);
    String content = "";
    if (found.isRegularFile()) {
      content = Integer.toHexString(Arrays.hashCode(Files.readAllBytes(path)));
    } else if (found.isSymbolicLink()) {
      content = Files.readSymbolicLink(path).toString();
    }
    lines.add(path + " " + shown(found) + " " + content);
    if (found.isDirectory()) {
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
        stream.forEach(children::add);
      }
      children.sort(null);
      for (Path child : children) {
        dump(child, lines);
      }
    }
  }
}
