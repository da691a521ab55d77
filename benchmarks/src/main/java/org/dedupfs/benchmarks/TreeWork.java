package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Work on trees of small files, by java.nio.file wherever they are. For one thread. */
record TreeWork(Stop stop) {
  private static final int FILES_PER_DIRECTORY = 25;
  private static final int MODULES = 7;
  private static final int TEXTS = 100;
  private static final byte[][] SOURCE = texts();

  private static byte[][] texts() {
    Words words = new Words(3);
    byte[][] texts = new byte[TEXTS][];
    for (int i = 0; i < TEXTS; i++) {
      texts[i] = words.sourceFile().getBytes(StandardCharsets.US_ASCII);
    }
    return texts;
  }

  /** The bytes of a file as long as those of sources, unlike those of any other number. */
  private static byte[] text(int number) {
    byte[] mark = ("// file " + number + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] base = SOURCE[number % TEXTS];
    byte[] text = new byte[mark.length + base.length];
    System.arraycopy(mark, 0, text, 0, mark.length);
    System.arraycopy(base, 0, text, mark.length, base.length);
    return text;
  }

  /**
   * Makes a tree like one of sources.
   *
   * @param root does not exist
   * @param first the number of the first file: no two of different numbers are equal
   * @return how many files
   */
  double create(Path root, int count, int first) throws IOException {
    Files.createDirectory(root);
    Path parent = root;
    for (int i = 0; i < count; i++) {
      if (i % FILES_PER_DIRECTORY == 0) {
        stop.check();
        int group = i / FILES_PER_DIRECTORY;
        parent = root.resolve("module" + group % MODULES).resolve("package" + group);
        Files.createDirectories(parent);
      }
      Files.write(parent.resolve("File" + i + ".java"), text(first + i));
    }
    return count;
  }

  /**
   * Asks each file and directory for its attributes.
   *
   * @return how many
   */
  double walk(Path root) throws IOException {
    int[] count = new int[1];
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            stop.check();
            count[0]++;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            count[0]++;
            return FileVisitResult.CONTINUE;
          }
        });
    return count[0];
  }

  /** The directories of a tree, itself first. */
  static List<Path> directories(Path root) throws IOException {
    List<Path> all = new ArrayList<>(List.of(root));
    for (int i = 0; i < all.size(); i++) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(all.get(i))) {
        for (Path child : children) {
          if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
            all.add(child);
          }
        }
      }
    }
    return all;
  }

  /**
   * Reads the names in directories.
   *
   * @return how many
   */
  double list(List<Path> directories) throws IOException {
    int count = 0;
    for (Path directory : directories) {
      stop.check();
      try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
        for (Path child : children) {
          count += child.getNameCount() > 0 ? 1 : 0;
        }
      }
    }
    return count;
  }

  /**
   * Copies with times and modes; within a store that costs metadata only.
   *
   * @param target does not exist
   * @return how many files
   */
  double copy(Path source, Path target) throws IOException {
    int[] count = new int[1];
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            stop.check();
            Files.createDirectory(in(path));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(path, in(path), StandardCopyOption.COPY_ATTRIBUTES);
            count[0]++;
            return FileVisitResult.CONTINUE;
          }

          private Path in(Path path) {
            String relative = source.relativize(path).toString();
            return relative.isEmpty() ? target : target.resolve(relative);
          }
        });
    return count[0];
  }

  /**
   * Deletes a tree.
   *
   * @return how many files
   */
  double delete(Path root) throws IOException {
    int[] count = new int[1];
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(path);
            count[0]++;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
              throws IOException {
            stop.check();
            if (failure != null) {
              throw failure;
            }
            Files.delete(path);
            return FileVisitResult.CONTINUE;
          }
        });
    return count[0];
  }
}
