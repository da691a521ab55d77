package org.dedupfs.examples;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A directory as a page of links. */
final class DirectoryPage {
  private DirectoryPage() {}

  static String of(Path directory) throws IOException {
    StringBuilder page = new StringBuilder("<!DOCTYPE html><meta charset=utf-8>\n");
    try (Stream<Path> entries = Files.list(directory)) {
      entries
          .filter(entry -> isShown(directory, entry))
          .sorted()
          .forEach(entry -> page.append(line(entry)));
    }
    return page.toString();
  }

  /** As the JDK's server sees it: neither hidden nor a link, and nothing on the way to it is. */
  static boolean isShown(Path root, Path path) {
    if (!path.startsWith(root)) {
      return false;
    }
    for (Path at = path; !at.equals(root); at = at.getParent()) {
      boolean isHidden = at.getFileName().toString().startsWith(".");
      if (isHidden || Files.isSymbolicLink(at)) {
        return false;
      }
    }
    return true;
  }

  private static String line(Path entry) {
    String name = entry.getFileName() + (Files.isDirectory(entry) ? "/" : "");
    String link = URLEncoder.encode(name, StandardCharsets.UTF_8);
    String shown = name.replace("&", "&amp;").replace("<", "&lt;");
    return "<li><a href='./" + link.replace("+", "%20").replace("%2F", "/") + "'>" + shown + "</a>";
  }
}
