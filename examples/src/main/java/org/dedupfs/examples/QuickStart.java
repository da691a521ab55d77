package org.dedupfs.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;

/** The ten lines of the README: {@code QuickStart STORE FILE}. */
public final class QuickStart {
  private QuickStart() {}

  public static void main(String... arguments) throws IOException {
    Path store = Path.of(arguments[0]);
    Path image = Path.of(arguments[1]);
    try (DedupFileSystem fs = DedupFileSystems.create(store)) {
      Path monday = fs.getPath("/backup/monday.img");
      Files.createDirectories(monday.getParent());
      Files.copy(image, monday);
      Files.copy(monday, fs.getPath("/backup/tuesday.img")); // metadata only
      fs.sync(); // now it survives a power cut
      System.out.println(monday.toUri());
      System.out.println(fs.statistics().dedupRatio());
    }
  }
}
