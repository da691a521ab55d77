package org.dedupfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Attributes read and set by every door there is. */
final class SequenceAttributes {
  private static final int[] IDS = {0, 1, 2, 3};

  /**
   * Others are refused what permissions forbid, and may give nothing away; stores refuse nobody.
   */
  private static final boolean ROOT = ProcessDefaults.read().uid() == 0;

  private static final int ALWAYS_ALLOWED = ROOT ? 0 : 0700;

  /** Times that a sequence sets lie before this one, all others behind. */
  private static final FileTime SET_BEFORE = FileTime.fromMillis(1_000_000_000_000L);

  private static final String[] NAMED = {
    "isDirectory,isSymbolicLink",
    "posix:permissions",
    "unix:mode",
    "unix:uid,gid",
    "owner:owner",
    "posix:group,owner",
    "isOther",
    "nothing",
    "nothing:at all",
    "unix:rdev,nothing",
    "user:*"
  };

  private SequenceAttributes() {}

  /** Permissions that do not keep the test itself out. */
  static Set<PosixFilePermission> harmless(int bits) {
    return Permissions.set(ALWAYS_ALLOWED | bits);
  }

  static Object perform(SequenceOperation operation, Path path) throws IOException {
    LinkOption[] options =
        operation.choice(0, 2) == 0 ? new LinkOption[] {} : new LinkOption[] {NOFOLLOW_LINKS};
    int number = operation.choice(1, 10_000);
    switch (operation.kind()) {
      case ATTRIBUTES -> {
        return attributes(path, options);
      }
      case NAMED_ATTRIBUTES -> {
        return named(path, NAMED[operation.choice(2, NAMED.length)], options);
      }
      case SET_PERMISSIONS ->
          Files.getFileAttributeView(path, PosixFileAttributeView.class, options)
              .setPermissions(harmless(number % 01000));
      case SET_MODE ->
          Files.setAttribute(path, "unix:mode", ALWAYS_ALLOWED | number % 010000, options);
      case SET_OWNER -> {
        if (!ROOT) {
          return "not allowed";
        }
        Files.setAttribute(
            path,
            operation.choice(2, 2) == 0 ? "unix:uid" : "unix:gid",
            IDS[number % IDS.length],
            options);
      }
      case SET_TIMES -> {
        BasicFileAttributeView view =
            Files.getFileAttributeView(path, BasicFileAttributeView.class, options);
        view.setTimes(
            operation.choice(2, 3) == 0 ? null : micros(number),
            operation.choice(3, 3) == 0 ? null : micros(number + 77),
            null);
        return time(view.readAttributes().lastAccessTime());
      }
      case SET_MODIFIED -> Files.setLastModifiedTime(path, micros(number));
      default -> {
        return extended(operation, path, options);
      }
    }
    return "set";
  }

  private static FileTime micros(int number) {
    return FileTime.from(number * 7_000_003L, TimeUnit.MICROSECONDS);
  }

  /** Times that were not set are different on both sides, but must not be those that were set. */
  static String time(FileTime time) {
    return time.compareTo(SET_BEFORE) < 0 ? time.toString() : "now";
  }

  private static Object attributes(Path path, LinkOption... options) throws IOException {
    PosixFileAttributes posix = Files.readAttributes(path, PosixFileAttributes.class, options);
    // Directories have a size and a link count of the host's own making.
    String rest =
        posix.isDirectory()
            ? ""
            : posix.size() + " " + Files.getAttribute(path, "unix:nlink", options);
    return List.of(
        posix.isDirectory(),
        posix.isSymbolicLink(),
        posix.isRegularFile(),
        PosixFilePermissions.toString(posix.permissions()),
        posix.owner().getName(),
        posix.group().getName(),
        // A link's times are copied by us and not by the JDK.
        posix.isSymbolicLink() ? "" : time(posix.lastModifiedTime()),
        posix.isSymbolicLink() ? "" : time(posix.lastAccessTime()),
        rest);
  }

  private static Object named(Path path, String names, LinkOption... options) throws IOException {
    Map<String, Object> values = new TreeMap<>(Files.readAttributes(path, names, options));
    values.replaceAll(
        (name, value) ->
            value instanceof byte[] bytes
                ? ByteBuffer.wrap(bytes)
                : value instanceof Set<?> set ? new TreeSet<>(set) : value);
    return values.toString();
  }

  private static Object extended(SequenceOperation operation, Path path, LinkOption... options)
      throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, options);
    String name = List.of("one", "two", "ü", "").get(operation.choice(2, 4));
    switch (operation.kind()) {
      case XATTR_WRITE -> {
        byte[] value = new byte[operation.choice(3, 20)];
        if (operation.choice(4, 3) == 0) {
          Files.setAttribute(path, "user:" + name, value, options);
          return value.length;
        }
        return view.write(name, ByteBuffer.wrap(value));
      }
      case XATTR_DELETE -> {
        view.delete(name);
        return "deleted";
      }
      default -> {
        if (operation.choice(3, 2) == 0) {
          return view.list().stream().sorted().toList();
        }
        ByteBuffer buffer = ByteBuffer.allocate(operation.choice(4, 40));
        return view.size(name) + " " + view.read(name, buffer) + " " + buffer.position();
      }
    }
  }
}
