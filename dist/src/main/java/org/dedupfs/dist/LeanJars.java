package org.dedupfs.dist;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars without the native libraries in them: {@code LeanJars FROM TO}. Jars that have none
 * are not copied. The result depends on the jars alone, not on time or place; what else is in them
 * keeps its order, time and bytes.
 */
public final class LeanJars {
  private static final List<String> LIBRARIES =
      List.of(".so", ".a", ".dll", ".dylib", ".jnilib", ".sl");

  private LeanJars() {}

  public static void main(String... arguments) throws IOException {
    Path to = Files.createDirectories(Path.of(arguments[1]));
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
      for (Path jar : jars) {
        Path lean = to.resolve(jar.getFileName());
        Files.deleteIfExists(lean);
        try (ZipFile whole = new ZipFile(jar.toFile())) {
          if (whole.stream().anyMatch(LeanJars::isLibrary)) {
            copy(whole, lean);
          }
        }
      }
    }
  }

  static boolean isLibrary(ZipEntry entry) {
    return LIBRARIES.stream().anyMatch(entry.getName()::endsWith);
  }

  private static void copy(ZipFile whole, Path lean) throws IOException {
    try (OutputStream file = Files.newOutputStream(lean);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (Enumeration<? extends ZipEntry> all = whole.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (!isLibrary(entry)) {
          ZipEntry copy = new ZipEntry(entry.getName());
          // In the form that is stored, which knows no time zone.
          copy.setTimeLocal(entry.getTimeLocal());
          out.putNextEntry(copy);
          whole.getInputStream(entry).transferTo(out);
          out.closeEntry();
        }
      }
    }
  }
}
