package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.dedupfs.nio.SequenceOperation.Kind;
import org.dedupfs.testing.RandomOperations;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of all kinds of operations, on a store and on the default file system, agree on
 * results, failures and what is left.
 *
 * <p>{@code -Dsequences=} says how many; the one that fails tells its seed, which {@code -Dseed=}
 * has run first.
 */
class SequenceDifferentialTest extends SideBySide {
  private static final int SEQUENCES = 100;
  private static final int LONG_SEQUENCES = 10_000;
  private static final int OPERATIONS = 80;

  /** Deep enough that no chain of links with {@code ..} leads out. */
  private static final String BASE = "1/2/3/4/5/6/7/8";

  @Test
  void any_sequence_comes_to_the_same() {
    Long given = Long.getLong("seed");
    long seed = given == null ? RandomOperations.newSeed() : given;
    int usual = Boolean.getBoolean("dedupfs.long") ? LONG_SEQUENCES : SEQUENCES;
    int sequences = Integer.getInteger("sequences", usual);
    for (int i = 0; i < sequences; i++) {
      RandomOperations.check(
          seed + i, OPERATIONS, SequenceOperation::random, SequenceDifferentialTest.this::compare);
    }
  }

  private void compare(List<SequenceOperation> operations) throws Exception {
    Path our = Files.createDirectories(ours.resolve(BASE));
    Path their = Files.createDirectories(theirs.resolve(BASE));
    try {
      try (SequenceSide ourSide = new SequenceSide(our);
          SequenceSide theirSide = new SequenceSide(their)) {
        for (SequenceOperation operation : operations) {
          if (!theirSide.isFaultOfTheJdk(operation)) {
            compare(
                operation, outcome(ourSide, operation, our), outcome(theirSide, operation, their));
          }
        }
      }
      assertThat(state(ours)).isEqualTo(state(theirs));
    } finally {
      empty(ours);
      empty(theirs);
    }
  }

  private static void compare(SequenceOperation operation, String our, String their) {
    assertThat(our).as("%s", operation).isEqualTo(expected(our, their));
  }

  /**
   * Where the JDK says no more than that something went wrong, we may name the file; of a directory
   * that another was moved over, we may say that it is not empty.
   */
  static String expected(String our, String their) {
    boolean saysMore =
        (their.equals("java.io.IOException") && our.startsWith("FileSystemException on "))
            || (their.startsWith("FileSystemException on ")
                && our.startsWith("DirectoryNotEmptyException on "));
    return saysMore ? our : asBefore20(our, their);
  }

  private static String outcome(SequenceSide side, SequenceOperation operation, Path directory) {
    try {
      return text(side.perform(operation), directory);
    } catch (UncheckedIOException e) {
      // Which of several it is depends on the order of names.
      return "Unchecked " + kind(e.getCause());
    } catch (Exception e) {
      String text = text(e, directory).replaceAll("/pre[0-9]+", "/pre");
      // Of a real path the JDK names what it had found when it failed.
      return operation.kind() == Kind.REAL_PATH ? text.replaceAll(" on .*", "") : text;
    }
  }

  private static String kind(@Nullable Throwable e) {
    return e instanceof FileSystemLoopException ? "loop" : "IOException";
  }

  /** All that is left, with times as far as they were set. */
  private static Map<String, String> state(Path directory) throws IOException {
    Map<String, String> files = listing(directory);
    files.replaceAll(
        (name, text) -> {
          try {
            Path path = directory.resolve(name);
            String both =
                text + Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
            return Files.isSymbolicLink(path)
                ? both
                : both
                    + SequenceAttributes.time(Files.getLastModifiedTime(path))
                    + new TreeSet<>(Files.readAttributes(path, "user:*").keySet());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return files;
  }

  private static void empty(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            if (!left.equals(directory)) {
              Files.delete(left);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
