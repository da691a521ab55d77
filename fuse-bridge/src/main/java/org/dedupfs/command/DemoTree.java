package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.transfer.Survey;

/** A directory tree for the demonstration, of a size that takes seconds. */
record DemoTree(Path root, long files, long bytes) {
  private static final long SMALLEST_BYTES = 30L << 20;
  private static final long LARGEST_BYTES = 400L << 20;

  /** Trees that nearly every machine has at least one of, the mixed ones first. */
  private static final List<String> CANDIDATES =
      List.of(
          "/usr/share/doc",
          "/usr/lib/python3",
          "/usr/include",
          "/usr/lib/git-core",
          "/usr/share/locale",
          "/usr/share/man",
          "/usr/share/vim",
          "/usr/bin",
          "/etc");

  static DemoTree of(Path root) throws IOException {
    Path real = root.toRealPath();
    Survey survey = new Survey(Long.MAX_VALUE, Interruption::requested);
    survey.run(List.of(real));
    return new DemoTree(real, survey.files(), survey.bytes());
  }

  /** The first that has the right size; Java's own directory is always there. */
  static DemoTree find() throws IOException {
    Path java = Path.of(System.getProperty("java.home"));
    if (isFitting(java)) {
      return of(java);
    }
    for (String candidate : CANDIDATES) {
      Path path = Path.of(candidate);
      if (Files.isDirectory(path) && isFitting(path)) {
        return of(path);
      }
    }
    return of(java);
  }

  private static boolean isFitting(Path path) {
    Survey survey = new Survey(LARGEST_BYTES, Interruption::requested);
    survey.run(List.of(path));
    return survey.isComplete() && survey.bytes() >= SMALLEST_BYTES;
  }
}
