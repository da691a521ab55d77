package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that lists directories; the order within one is each side's own. */
final class SequenceStreams {
  private static final String[] GLOBS = {"*", "a", "[ab]", "{b,c}", "?", "[!a]*", ".*"};

  private SequenceStreams() {}

  static Object perform(SequenceOperation operation, Path path) throws IOException {
    FileVisitOption[] options =
        operation.choice(0, 2) == 0
            ? new FileVisitOption[] {}
            : new FileVisitOption[] {FileVisitOption.FOLLOW_LINKS};
    int depth = operation.choice(1, 4) + (operation.choice(2, 2) == 0 ? 0 : 100);
    return switch (operation.kind()) {
      case LIST -> {
        try (Stream<Path> entries = Files.list(path)) {
          yield sorted(entries);
        }
      }
      case GLOB -> {
        try (DirectoryStream<Path> entries =
            Files.newDirectoryStream(path, GLOBS[operation.choice(3, GLOBS.length)])) {
          List<Path> found = new ArrayList<>();
          entries.forEach(found::add);
          yield sorted(found.stream());
        }
      }
      case WALK -> {
        try (Stream<Path> entries = Files.walk(path, depth, options)) {
          yield sorted(entries);
        }
      }
      case FIND -> {
        try (Stream<Path> entries =
            Files.find(path, depth, (each, attributes) -> attributes.isRegularFile(), options)) {
          yield sorted(entries);
        }
      }
      case VISIT -> {
        Recorder recorder = new Recorder();
        Files.walkFileTree(
            path,
            options.length == 0
                ? EnumSet.noneOf(FileVisitOption.class)
                : Set.of(FileVisitOption.FOLLOW_LINKS),
            depth,
            recorder);
        yield recorder.seen.stream().sorted().toList();
      }
      default -> throw new AssertionError(operation);
    };
  }

  private static List<Path> sorted(Stream<Path> paths) {
    return paths.sorted().toList();
  }

  private static final class Recorder implements FileVisitor<Path> {
    private final List<String> seen = new ArrayList<>();
    private @Nullable Path start;

    private FileVisitResult note(String what, Path path) {
      Path from = start == null ? path : start;
      start = from;
      seen.add(what + " " + from.relativize(path));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return note("before", directory);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      return note("file " + attributes.isDirectory() + attributes.isSymbolicLink(), file);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return note(kindOf(failure), file);
    }

    /**
     * Since Java 20 its provider of Unix says of what would lie below a regular file that there is
     * no such file, ours that the file is no directory.
     */
    private static String kindOf(IOException failure) {
      boolean isBelowFile =
          failure instanceof FileSystemException e && "Not a directory".equals(e.getReason());
      return isBelowFile && Runtime.version().feature() >= 20
          ? NoSuchFileException.class.getSimpleName()
          : failure.getClass().getSimpleName().replace("Dedup", "");
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
      return note("after " + failure, directory);
    }
  }
}
