package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Differential tests: the same case runs in an empty directory of a store and in one of the default
 * file system, and both must come to the same result, by value or by exception, and leave the same
 * files.
 */
abstract class SideBySide {
  static final String NOT_DIRECTORY = "not a directory: ";

  @TempDir static Path host;
  static DedupFileSystem store;

  Path ours;
  Path theirs;

  /** Something done in a directory; what it returns is compared. */
  interface Case {
    Object run(Path directory) throws Exception;
  }

  /** As {@link Case}, where the files left behind are the result. */
  interface Action {
    void run(Path directory) throws Exception;
  }

  @BeforeAll
  static void openStore() throws IOException {
    store = DedupFileSystems.create(host.resolve("store"));
  }

  @AfterAll
  static void closeStore() throws IOException {
    store.close();
  }

  @BeforeEach
  void makeDirectories(TestInfo test) throws IOException {
    String name = test.getTestMethod().orElseThrow().getName() + test.getDisplayName().hashCode();
    ours = Files.createDirectory(store.getPath("/", name));
    theirs = Files.createDirectory(host.resolve(name));
  }

  @AfterEach
  void theSameFilesAreLeft() throws IOException {
    assertThat(listing(ours)).isEqualTo(listing(theirs));
  }

  /** Runs a case on both sides and compares; gives our outcome. */
  String same(Case testCase) {
    String our = outcome(testCase, ours);
    String their = outcome(testCase, theirs);
    assertThat(our).isEqualTo(asBefore20(our, their));
    return our.replace(NOT_DIRECTORY, "");
  }

  /** As {@link #same}, where ours may name another of the paths that took part. */
  void sameKind(Case testCase) {
    String our = outcome(testCase, ours).replaceAll(" on .*", "");
    String their = outcome(testCase, theirs).replaceAll(" on .*", "");
    assertThat(our).isEqualTo(asBefore20(our, their));
  }

  /**
   * Since Java 20 some operations of the JDK say of a path through a file, as {@code file/x}, that
   * there is no such file. We go on saying that something on the way is no directory.
   */
  static String asBefore20(String our, String their) {
    return our.startsWith(NOT_DIRECTORY)
        ? their.replaceFirst("^(NoSuchFile|FileSystem|IO)Exception", our.replaceAll(" on .*", ""))
        : their;
  }

  /** Runs an action on both sides; neither may fail. */
  void both(Action action) throws Exception {
    action.run(ours);
    action.run(theirs);
  }

  private static String outcome(Case testCase, Path directory) {
    try {
      return text(testCase.run(directory), directory);
    } catch (Throwable e) {
      return text(e, directory);
    }
  }

  /** A result or a failure as both sides can have it. */
  static String text(Object value, Path directory) {
    if (value instanceof Path path) {
      return path.startsWith(directory)
          ? "./" + directory.relativize(path)
          : path.toString().replace(directory.toString(), ".");
    }
    if (value instanceof byte[] bytes) {
      return Arrays.toString(bytes);
    }
    if (value instanceof ByteBuffer buffer) {
      return buffer.position() + "/" + buffer.limit();
    }
    if (value instanceof DirectoryIteratorException e) {
      return "DirectoryIteratorException of " + text(e.getCause(), directory);
    }
    if (value instanceof FileSystemException e) {
      String type = e.getClass().getSimpleName();
      if (e instanceof DedupFileSystemException known) {
        type =
            (known.reason() == Reason.NOT_DIRECTORY ? NOT_DIRECTORY : "") + "FileSystemException";
      }
      String file = e.getFile() == null ? "null" : e.getFile().replace(directory.toString(), ".");
      return type + " on " + file;
    }
    if (value instanceof Throwable e) {
      return e.getClass().getName();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(each -> text(each, directory)).toList().toString();
    }
    return String.valueOf(value);
  }

  /** Every file below a directory with what tells it from others, times left out. */
  static Map<String, String> listing(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        if (!path.equals(directory)) {
          files.put(directory.relativize(path).toString(), description(path, directory));
        }
      }
    }
    return files;
  }

  private static String description(Path path, Path directory) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    String permissions = PosixFilePermissions.toString(attributes.permissions());
    if (attributes.isSymbolicLink()) {
      return "-> " + Files.readSymbolicLink(path).toString().replace(directory.toString(), ".");
    }
    if (attributes.isDirectory()) {
      return "directory " + permissions;
    }
    if (!attributes.isRegularFile()) {
      return "special " + permissions;
    }
    Object links = Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
    return permissions + " " + links + " links " + Arrays.toString(Files.readAllBytes(path));
  }

  /** The names in a directory, in order of names. */
  static List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (var stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    names.sort(null);
    return names;
  }
}
