package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.testing.RandomOperations;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;

/** Random sequences of all kinds of operations, on a store and on the default file system. */
class SequenceDifferentialTest extends SideBySide {
  private static final int SLOTS = 3;

  /** Deep enough that no chain of links with {@code ..} leads out. */
  private static final String BASE = "1/2/3/4/5/6/7/8";

  private static final String[] NAMES = {"a", "b", "c"};
  private static final String[] TARGETS = {"a", "b", "c/a", "../a", "../b/c", ".", "./c"};

  private enum Kind {
    CREATE_FILE,
    CREATE_DIRECTORY,
    CREATE_DIRECTORIES,
    SYMLINK,
    LINK,
    DELETE,
    MOVE,
    COPY,
    WRITE_FILE,
    READ_FILE,
    LIST,
    ATTRIBUTES,
    READ_LINK,
    REAL_PATH,
    SAME_FILE,
    CHMOD,
    SET_TIME,
    OPEN,
    CHANNEL_WRITE,
    CHANNEL_READ,
    CHANNEL_TRUNCATE,
    CHANNEL_POSITION,
    CHANNEL_TRANSFER,
    CLOSE
  }

  private record Operation(Kind kind, String path, String other, int number) {}

  private int run;

  private static Operation random(RandomGenerator random) {
    Kind[] kinds = Kind.values();
    return new Operation(
        kinds[random.nextInt(kinds.length)], path(random), path(random), random.nextInt(10_000));
  }

  private static String path(RandomGenerator random) {
    StringBuilder path = new StringBuilder(NAMES[random.nextInt(NAMES.length)]);
    for (int depth = random.nextInt(3); depth > 0; depth--) {
      path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
    }
    return path.toString();
  }

  @RepeatedTest(10)
  void any_sequence_comes_to_the_same() {
    RandomOperations.check(500, SequenceDifferentialTest::random, this::compare);
  }

  private void compare(List<Operation> operations) throws Exception {
    run++;
    Path ourTop = ours.resolve("run" + run);
    Path theirTop = theirs.resolve("run" + run);
    try (Side our = new Side(Files.createDirectories(ourTop.resolve(BASE)));
        Side their = new Side(Files.createDirectories(theirTop.resolve(BASE)))) {
      for (Operation operation : operations) {
        if (their.isFaultOfTheJdk(operation)) {
          continue;
        }
        String ourOutcome = our.outcome(operation);
        assertThat(ourOutcome)
            .as("%s", operation)
            .isEqualTo(asBefore20(ourOutcome, their.outcome(operation)));
      }
      assertThat(listing(ourTop)).isEqualTo(listing(theirTop));
    }
  }

  /** One of the two file systems. */
  private static final class Side implements AutoCloseable {
    private final Path base;
    private final @Nullable FileChannel[] slots = new FileChannel[SLOTS];

    Side(Path base) {
      this.base = base;
    }

    /**
     * Cases in which the JDK loses something before it fails: a link copied onto itself through
     * another name, and a directory moved over one inside it.
     */
    boolean isFaultOfTheJdk(Operation operation) throws IOException {
      Path source = base.resolve(operation.path);
      Path target = base.resolve(operation.other);
      if (operation.kind == Kind.COPY) {
        return Files.isSymbolicLink(source) && Files.isSymbolicLink(target);
      }
      if (operation.kind == Kind.MOVE && Files.isDirectory(source, NOFOLLOW_LINKS)) {
        Path parent = target.getParent();
        return Files.exists(parent) && parent.toRealPath().startsWith(source.toRealPath());
      }
      return false;
    }

    String outcome(Operation operation) {
      try {
        return String.valueOf(perform(operation));
      } catch (DirectoryNotEmptyException e) {
        // Of a move the JDK sometimes says less.
        return operation.kind == Kind.MOVE ? "IOException" : e.getClass().getSimpleName();
      } catch (FileSystemException e) {
        if (e instanceof DedupFileSystemException known) {
          return (known.reason() == Reason.NOT_DIRECTORY ? NOT_DIRECTORY : "") + "IOException";
        }
        return e.getClass() == FileSystemException.class
            ? "IOException"
            : e.getClass().getSimpleName();
      } catch (IOException | RuntimeException e) {
        return e.getClass().getSimpleName();
      }
    }

    private Object perform(Operation operation) throws IOException {
      Path path = base.resolve(operation.path);
      Path other = base.resolve(operation.other);
      int number = operation.number;
      int slot = number % SLOTS;
      return switch (operation.kind) {
        case CREATE_FILE -> base.relativize(Files.createFile(path));
        case CREATE_DIRECTORY -> base.relativize(Files.createDirectory(path));
        case CREATE_DIRECTORIES -> base.relativize(Files.createDirectories(path));
        case SYMLINK -> symlink(path, TARGETS[number % TARGETS.length]);
        case LINK -> base.relativize(Files.createLink(path, other));
        case DELETE -> Files.deleteIfExists(path);
        case MOVE -> base.relativize(Files.move(path, other, moveOptions(number)));
        case COPY -> base.relativize(Files.copy(path, other, copyOptions(number)));
        case WRITE_FILE ->
            base.relativize(Files.write(path, bytes(number), openOptions(number / 7)));
        case READ_FILE -> Arrays.toString(Files.readAllBytes(path));
        case LIST -> names(path);
        case ATTRIBUTES -> attributes(path, number % 2 == 0);
        case READ_LINK -> Files.readSymbolicLink(path).toString();
        case REAL_PATH -> base.toRealPath().relativize(path.toRealPath());
        case SAME_FILE -> Files.isSameFile(path, other);
        case CHMOD -> Files.setAttribute(path, "unix:mode", 0700 | number % 0100).equals(path);
        case SET_TIME -> Files.setLastModifiedTime(path, FileTime.fromMillis(number)).equals(path);
        case OPEN -> {
          close(slot);
          slots[slot] = FileChannel.open(path, channelOptions(number / 3));
          yield "open";
        }
        case CLOSE -> {
          close(slot);
          yield "closed";
        }
        default -> channel(operation, slots[slot], slots[(number / 9) % SLOTS]);
      };
    }

    private static Object channel(
        Operation operation, @Nullable FileChannel channel, @Nullable FileChannel other)
        throws IOException {
      if (channel == null || other == null) {
        return "none";
      }
      int number = operation.number;
      return switch (operation.kind) {
        case CHANNEL_WRITE ->
            number % 2 == 0
                ? channel.write(ByteBuffer.wrap(bytes(number)))
                : channel.write(ByteBuffer.wrap(bytes(number)), number % 50);
        case CHANNEL_READ -> {
          ByteBuffer buffer = ByteBuffer.allocate(number % 30);
          int count = number % 2 == 0 ? channel.read(buffer) : channel.read(buffer, number % 50);
          yield count + " " + Arrays.toString(buffer.array());
        }
        case CHANNEL_TRUNCATE -> channel.truncate(number % 60).size();
        case CHANNEL_POSITION -> channel.position(number % 60).position();
        default ->
            channel == other
                ? "same"
                : channel.transferTo(number % 20, number % 30, other) + " " + other.position();
      };
    }

    private static byte[] bytes(int number) {
      return ("<" + number + ">").repeat(number % 5).getBytes(US_ASCII);
    }

    private Object symlink(Path path, String target) throws IOException {
      return base.relativize(Files.createSymbolicLink(path, path.getFileSystem().getPath(target)));
    }

    private static CopyOption[] moveOptions(int number) {
      return switch (number % 3) {
        case 0 -> new CopyOption[] {};
        case 1 -> new CopyOption[] {REPLACE_EXISTING};
        default -> new CopyOption[] {ATOMIC_MOVE};
      };
    }

    private static CopyOption[] copyOptions(int number) {
      return switch (number % 4) {
        case 0 -> new CopyOption[] {};
        case 1 -> new CopyOption[] {REPLACE_EXISTING};
        case 2 -> new CopyOption[] {REPLACE_EXISTING, COPY_ATTRIBUTES};
        default -> new CopyOption[] {REPLACE_EXISTING, NOFOLLOW_LINKS};
      };
    }

    private static OpenOption[] openOptions(int number) {
      return switch (number % 4) {
        case 0 -> new OpenOption[] {};
        case 1 -> new OpenOption[] {CREATE_NEW, WRITE};
        case 2 -> new OpenOption[] {APPEND};
        default -> new OpenOption[] {WRITE};
      };
    }

    private static OpenOption[] channelOptions(int number) {
      return switch (number % 5) {
        case 0 -> new OpenOption[] {READ};
        case 1 -> new OpenOption[] {READ, WRITE};
        case 2 -> new OpenOption[] {APPEND, CREATE};
        case 3 -> new OpenOption[] {READ, WRITE, CREATE};
        default -> new OpenOption[] {WRITE, TRUNCATE_EXISTING};
      };
    }

    private static Object attributes(Path path, boolean follow) throws IOException {
      var options =
          follow
              ? new java.nio.file.LinkOption[0]
              : new java.nio.file.LinkOption[] {NOFOLLOW_LINKS};
      var basic = Files.readAttributes(path, BasicFileAttributes.class, options);
      // Directories have a size and a link count of the host's own making.
      Object rest =
          basic.isDirectory()
              ? ""
              : basic.size() + " " + Files.getAttribute(path, "unix:nlink", options);
      return basic.isDirectory() + " " + basic.isSymbolicLink() + " " + rest;
    }

    private void close(int slot) throws IOException {
      FileChannel channel = slots[slot];
      slots[slot] = null;
      if (channel != null) {
        channel.close();
      }
    }

    @Override
    public void close() throws IOException {
      for (int slot = 0; slot < SLOTS; slot++) {
        close(slot);
      }
    }
  }
}
