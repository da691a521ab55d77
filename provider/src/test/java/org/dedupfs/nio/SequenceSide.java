package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One of the two file systems of a {@link SequenceDifferentialTest}. */
final class SequenceSide implements AutoCloseable {
  private static final String[] TARGETS = {"a", "b", "c/a", "../a", "../b/c", ".", "./c"};
  private static final int MOST_LINKS = 40;

  private final Path base;
  private final SequenceChannels channels = new SequenceChannels();

  SequenceSide(Path base) {
    this.base = base;
  }

  /**
   * Cases in which the JDK loses something before it fails, as it removes the target first: a link
   * that is replaced by what it leads to, or lies on the way to itself, a directory moved over one
   * inside it, and what is replaced by a name that ends in dots, which cannot be moved. Extended
   * attributes of links it cannot even list. Since Java 20 it sets permissions of what a link leads
   * to when told not to follow it.
   */
  boolean isFaultOfTheJdk(SequenceOperation operation) throws IOException {
    Path source = base.resolve(operation.path());
    Path target = base.resolve(operation.other());
    switch (operation.kind()) {
      case COPY, COPY_IN -> {
        return Files.isSymbolicLink(target)
            && (linksOnTheWay(source, true).contains(key(target))
                || linksOnTheWay(target, false).contains(key(target)));
      }
      case MOVE -> {
        if (Files.isSymbolicLink(target)
            && (linksOnTheWay(source, false).contains(key(target))
                || linksOnTheWay(target, false).contains(key(target)))) {
          return true;
        }
        if (source.endsWith(".") || source.endsWith("..")) {
          return Files.exists(target, NOFOLLOW_LINKS) && !isFull(target);
        }
        Path parent = target.getParent();
        return Files.isDirectory(source, NOFOLLOW_LINKS)
            && Files.exists(parent)
            && parent.toRealPath().startsWith(source.toRealPath());
      }
      case NAMED_ATTRIBUTES, XATTR_READ -> {
        return Files.isSymbolicLink(source);
      }
      case SET_MODE, SET_PERMISSIONS -> {
        return Runtime.version().feature() >= 20 && Files.isSymbolicLink(source);
      }
      default -> {
        return false;
      }
    }
  }

  private static boolean isFull(Path path) throws IOException {
    if (!Files.isDirectory(path, NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      return entries.iterator().hasNext();
    }
  }

  private static Object key(Path path) throws IOException {
    return Files.getAttribute(path, "fileKey", NOFOLLOW_LINKS);
  }

  /** The links that are followed to find a file, as far as there is something. */
  private Set<Object> linksOnTheWay(Path path, boolean followLast) throws IOException {
    Set<Object> links = new HashSet<>();
    Path here = path.getRoot();
    Path ahead = here.relativize(path.toAbsolutePath());
    while (links.size() < MOST_LINKS && !ahead.toString().isEmpty()) {
      Path next = here.resolve(ahead.getName(0));
      Path rest = ahead.getFileSystem().getPath("");
      if (ahead.getNameCount() > 1) {
        rest = ahead.subpath(1, ahead.getNameCount());
      }
      boolean last = rest.toString().isEmpty();
      if (Files.isSymbolicLink(next) && (!last || followLast)) {
        if (!links.add(key(next))) {
          return links; // Once more through a link: no harm in it, but no news either.
        }
        ahead = Files.readSymbolicLink(next).resolve(rest);
      } else if (Files.exists(next, NOFOLLOW_LINKS)) {
        here = next;
        ahead = rest;
      } else {
        return links;
      }
    }
    return links;
  }

  Object perform(SequenceOperation operation) throws IOException {
    Path path = base.resolve(operation.path());
    Path other = base.resolve(operation.other());
    return switch (operation.kind().area()) {
      case NAMES -> names(operation, path, other);
      case BYTES -> bytes(operation, path, other);
      case ATTRIBUTES -> SequenceAttributes.perform(operation, path);
      case STREAMS -> SequenceStreams.perform(operation, path);
      case CHANNELS -> channels.perform(operation, path);
    };
  }

  private Object names(SequenceOperation operation, Path path, Path other) throws IOException {
    var permissions =
        PosixFilePermissions.asFileAttribute(
            SequenceAttributes.harmless(operation.choice(1, 01000)));
    return switch (operation.kind()) {
      case CREATE_FILE ->
          operation.choice(0, 3) == 0
              ? Files.createFile(path, permissions)
              : Files.createFile(path);
      case CREATE_DIRECTORY ->
          operation.choice(0, 3) == 0
              ? Files.createDirectory(path, permissions)
              : Files.createDirectory(path);
      case CREATE_DIRECTORIES -> Files.createDirectories(path);
      case CREATE_TEMP -> temp(operation, path, other);
      case SYMLINK -> {
        Path target = path.getFileSystem().getPath(TARGETS[operation.choice(0, TARGETS.length)]);
        yield operation.choice(1, 20) == 0
            ? Files.createSymbolicLink(path, target, permissions)
            : Files.createSymbolicLink(path, target);
      }
      case LINK -> Files.createLink(path, other);
      case DELETE -> {
        Files.delete(path);
        yield "deleted";
      }
      case DELETE_IF_EXISTS -> Files.deleteIfExists(path);
      case MOVE -> Files.move(path, other, moveOptions(operation));
      case COPY -> Files.copy(path, other, copyOptions(operation));
      case READ_LINK -> Files.readSymbolicLink(path).toString();
      case REAL_PATH ->
          base.toRealPath()
              .relativize(
                  operation.choice(0, 2) == 0
                      ? path.toRealPath()
                      : path.toRealPath(NOFOLLOW_LINKS));
      case SAME_FILE -> Files.isSameFile(path, other);
      case EXISTENCE -> existence(path);
      default -> throw new AssertionError(operation);
    };
  }

  private static Object existence(Path path) throws IOException {
    return List.of(
        Files.exists(path),
        Files.exists(path, NOFOLLOW_LINKS),
        // Since Java 20 its provider of Unix is sure that nothing exists below a regular file.
        Runtime.version().feature() < 20 && Files.notExists(path),
        Files.isDirectory(path),
        Files.isRegularFile(path, NOFOLLOW_LINKS),
        Files.isSymbolicLink(path),
        Files.isReadable(path),
        Files.isWritable(path),
        Files.isExecutable(path),
        Files.isHidden(path));
  }

  /** What was made is moved to a name that both sides know. */
  private static Object temp(SequenceOperation operation, Path path, Path other)
      throws IOException {
    Path made =
        operation.choice(0, 2) == 0
            ? Files.createTempFile(path, "pre", operation.choice(1, 2) == 0 ? null : ".suffix")
            : Files.createTempDirectory(path, "pre");
    // Others must not read it; but of a file system that is not the default one the JDK asks less.
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
    String text = made.getFileName().toString().replaceFirst("pre\\d+", "pre");
    try {
      Files.move(made, other);
    } catch (IOException e) {
      Files.delete(made);
      throw e;
    }
    return text;
  }

  private static Object bytes(SequenceOperation operation, Path path, Path other)
      throws IOException {
    byte[] content = SequenceChannels.bytes(operation).array();
    return switch (operation.kind()) {
      case WRITE_FILE -> Files.write(path, content, openOptions(operation));
      case WRITE_LINES ->
          operation.choice(1, 2) == 0
              ? Files.write(path, List.of("one", "two"), openOptions(operation))
              : Files.writeString(path, "text", openOptions(operation));
      case READ_FILE ->
          switch (operation.choice(0, 4)) {
            case 0 -> Files.readString(path);
            case 1 -> Files.readAllLines(path);
            case 2 -> Files.isDirectory(path) ? "directory" : Files.size(path);
            default -> Files.readAllBytes(path);
          };
      case LINES -> {
        try (Stream<String> lines = Files.lines(path, US_ASCII)) {
          yield lines.toList();
        }
      }
      case COPY_IN -> Files.copy(new ByteArrayInputStream(content), other, inOptions(operation));
      case COPY_OUT -> {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        yield Files.copy(path, out) + " " + out;
      }
      case INPUT_STREAM -> {
        LinkOption[] options = new LinkOption[operation.choice(0, 2)];
        Arrays.fill(options, NOFOLLOW_LINKS);
        try (InputStream in = Files.newInputStream(path, options)) {
          yield in.skip(3) + " " + in.available() + " " + Arrays.toString(in.readNBytes(20));
        }
      }
      case OUTPUT_STREAM -> {
        try (OutputStream out = Files.newOutputStream(path, openOptions(operation))) {
          out.write(content);
          out.write('!');
        }
        yield "written";
      }
      case MISMATCH -> Files.mismatch(path, other);
      default -> throw new AssertionError(operation);
    };
  }

  private static CopyOption[] moveOptions(SequenceOperation operation) {
    return switch (operation.choice(0, 8)) {
      case 0, 1 -> new CopyOption[] {};
      case 2, 3, 4 -> new CopyOption[] {REPLACE_EXISTING};
      case 5 -> new CopyOption[] {REPLACE_EXISTING, ATOMIC_MOVE};
      case 6 -> new CopyOption[] {ATOMIC_MOVE};
      default ->
          operation.choice(1, 4) == 0
              ? new CopyOption[] {COPY_ATTRIBUTES}
              : new CopyOption[] {NOFOLLOW_LINKS};
    };
  }

  private static CopyOption[] copyOptions(SequenceOperation operation) {
    return switch (operation.choice(0, 7)) {
      case 0 -> new CopyOption[] {};
      case 1, 2 -> new CopyOption[] {REPLACE_EXISTING};
      case 3 -> new CopyOption[] {REPLACE_EXISTING, COPY_ATTRIBUTES};
      case 4 -> new CopyOption[] {REPLACE_EXISTING, NOFOLLOW_LINKS};
      case 5 -> new CopyOption[] {REPLACE_EXISTING, NOFOLLOW_LINKS, COPY_ATTRIBUTES};
      default ->
          operation.choice(1, 4) == 0
              ? new CopyOption[] {ATOMIC_MOVE}
              : new CopyOption[] {NOFOLLOW_LINKS, COPY_ATTRIBUTES};
    };
  }

  private static CopyOption[] inOptions(SequenceOperation operation) {
    return operation.choice(0, 2) == 0 ? new CopyOption[] {} : new CopyOption[] {REPLACE_EXISTING};
  }

  private static OpenOption[] openOptions(SequenceOperation operation) {
    return switch (operation.choice(0, 9)) {
      case 0, 1 -> new OpenOption[] {};
      case 2 -> new OpenOption[] {CREATE_NEW, WRITE};
      case 3 -> new OpenOption[] {APPEND};
      case 4 -> new OpenOption[] {APPEND, CREATE};
      case 5 -> new OpenOption[] {WRITE};
      case 6 -> new OpenOption[] {WRITE, CREATE, NOFOLLOW_LINKS};
      case 7 -> new OpenOption[] {TRUNCATE_EXISTING};
      default -> new OpenOption[] {CREATE, DELETE_ON_CLOSE};
    };
  }

  @Override
  public void close() throws IOException {
    channels.close();
  }
}
