package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dedupfs.fixtures.Seeds;
import org.dedupfs.fixtures.process.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File systems that another process has mounted, used as programs use any. */
@Timeout(180)
final class MountIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path host;

  /** A mount, served by a process of its own. */
  private final class Mounted implements AutoCloseable {
    final Path root = Files.createDirectory(host.resolve("mount"));
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ForkedJvm server;

    Mounted(String what) throws Exception {
      server =
          ForkedJvm.start(
              ServedMount.class,
              List.of("-Xmx256m"),
              List.of(
                  what.equals("store") ? host.resolve("store").toString() : what, root.toString()),
              lines::add);
      boolean done = false;
      try {
        assertThat(nextLine()).isEqualTo("mounted");
        done = true;
      } finally {
        if (!done) {
          close();
        }
      }
    }

    private String nextLine() throws InterruptedException {
      String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(line).as(server.stderr()).isNotNull();
      return Objects.requireNonNull(line);
    }

    /** Has the server do something past the mount. */
    String past(String command) throws Exception {
      server.send(command);
      return nextLine();
    }

    @Override
    public void close() throws IOException {
      try {
        if (server.isAlive()) {
          server.send("end");
        }
        assertThat(server.awaitExit(PATIENCE)).as(server.stderr()).hasValue(0);
        assertThat(server.stderr()).doesNotContain("Exception");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("while the server was to end");
      } finally {
        server.close();
        if (Files.readString(Path.of("/proc/self/mounts")).contains(" " + root + " ")) {
          Process process = new ProcessBuilder("fusermount", "-u", "-z", root.toString()).start();
          process.getOutputStream().close();
        }
      }
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(e -> e.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"store", "jimfs"})
  void programs_work_as_on_any_file_system(String what) throws Exception {
    try (Mounted mounted = new Mounted(what)) {
      Path dir = Files.createDirectory(mounted.root.resolve("dir"));
      Path file = Files.writeString(dir.resolve("file"), "hello");
      assertThat(Files.readString(file)).isEqualTo("hello");
      Files.writeString(file, " world", StandardOpenOption.APPEND);
      assertThat(Files.size(file)).isEqualTo(11);
      assertThat(mounted.past("read /dir/file")).isEqualTo("hello world");
      assertThatThrownBy(() -> Files.createFile(file))
          .isInstanceOf(FileAlreadyExistsException.class);
      FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));
      Files.setLastModifiedTime(file, time);
      assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-r-----");
      Files.createLink(dir.resolve("link"), file);
      Files.createSymbolicLink(dir.resolve("symlink"), Path.of("file"));
      assertThat(Files.readString(dir.resolve("symlink"))).isEqualTo("hello world");
      Files.writeString(dir.resolve("link"), "H", StandardOpenOption.WRITE);
      assertThat(Files.readString(file)).isEqualTo("Hello world");
      Files.move(file, dir.resolve("moved"));
      assertThat(names(dir)).containsExactly("link", "moved", "symlink");
      UserDefinedFileAttributeView user =
          Files.getFileAttributeView(dir.resolve("moved"), UserDefinedFileAttributeView.class);
      assertThat(user.write("note", ByteBuffer.wrap(new byte[] {1, 2, 3}))).isEqualTo(3);
      assertThat(user.list()).containsExactly("note");
      for (String name : names(dir)) {
        Files.delete(dir.resolve(name));
      }
      Files.delete(dir);
      assertThatThrownBy(() -> Files.size(dir)).isInstanceOf(NoSuchFileException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"store", "jimfs"})
  void open_files_outlive_their_names(String what) throws Exception {
    try (Mounted mounted = new Mounted(what)) {
      Path file = Files.writeString(mounted.root.resolve("file"), "content");
      Path other = Files.writeString(mounted.root.resolve("other"), "other");
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(file)).isEqualTo("other");
        assertThat(channel.write(ByteBuffer.wrap("C".getBytes(UTF_8)), 0)).isEqualTo(1);
        ByteBuffer read = ByteBuffer.allocate(16);
        assertThat(channel.read(read, 0)).isEqualTo(7);
        assertThat(new String(read.array(), 0, 7, UTF_8)).isEqualTo("Content");
        assertThat(channel.size()).isEqualTo(7);
        channel.truncate(3).force(true);
      }
      try (FileChannel channel = FileChannel.open(file)) {
        Files.delete(file);
        assertThat(Files.exists(file)).isFalse();
        assertThat(channel.size()).isEqualTo(5);
      }
      awaitNames(mounted, "[]");
    }
  }

  /** The kernel tells of the last close when it likes. */
  private static void awaitNames(Mounted mounted, String expected) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String names = mounted.past("list /");
    while (!names.equals(expected) && System.nanoTime() < end) {
      names = mounted.past("list /");
    }
    assertThat(names).isEqualTo(expected);
  }

  @Test
  void directories_that_hold_only_files_in_use_can_be_removed() throws Exception {
    try (Mounted mounted = new Mounted("store")) {
      Path directory = Files.createDirectory(mounted.root.resolve("d"));
      Path file = Files.writeString(directory.resolve("file"), "content");
      try (FileChannel channel = FileChannel.open(file)) {
        Files.delete(file);
        assertThat(names(directory)).isEmpty();
        Files.delete(directory);
        ByteBuffer read = ByteBuffer.allocate(16);
        assertThat(channel.read(read, 0)).isEqualTo(7);
      }
    }
  }

  @Test
  void what_changes_past_the_mount_is_seen_through_it() throws Exception {
    try (Mounted mounted = new Mounted("store")) {
      Path file = Files.writeString(mounted.root.resolve("file"), "0123");
      assertThat(Files.readString(file)).isEqualTo("0123");
      assertThat(mounted.past("write /file abcd")).isEqualTo("done");
      assertThat(Files.readString(file)).isEqualTo("abcd");
      try (FileChannel channel = FileChannel.open(file)) {
        assertThat(read(channel)).isEqualTo("abcd");
        assertThat(mounted.past("write /file ABCD")).isEqualTo("done");
        await(channel, "ABCD");
        assertThat(mounted.past("append /file EF")).isEqualTo("done");
        await(channel, "ABCDEF");
      }
      Files.createLink(mounted.root.resolve("link"), file);
      try (FileChannel channel = FileChannel.open(file)) {
        assertThat(read(channel)).isEqualTo("ABCDEF");
        Files.writeString(mounted.root.resolve("link"), "x", StandardOpenOption.WRITE);
        await(channel, "xBCDEF");
      }
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(64);
    int count = channel.read(read, 0);
    return new String(read.array(), 0, count, UTF_8);
  }

  /** The kernel forgets soon, on a thread of the server. */
  private static void await(FileChannel channel, String expected) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String seen = read(channel);
    while (!seen.equals(expected) && System.nanoTime() < end) {
      seen = read(channel);
    }
    assertThat(seen).isEqualTo(expected);
  }

  /**
   * Everything that changes a file, from every side, against a model in memory: reads through the
   * same descriptor, and through one opened anew, must see it.
   */
  @Test
  void random_work_on_a_file_agrees_with_a_model() throws Exception {
    long seed = Seeds.next("MountIT");
    try (Mounted mounted = new Mounted("store")) {
      Path link = mounted.root.resolve("link");
      Path file = Files.createFile(mounted.root.resolve("file"));
      work(mounted, file, link, seed);
    }
  }

  private static void work(Mounted mounted, Path file, Path link, long seed) throws Exception {
    try (FileWork work = new FileWork(file, new Random(seed))) {
      for (int step = 0; step < 600; step++) {
        String what = work.step();
        switch (work.random.nextInt(12)) {
          case 0 -> {
            long at = work.random.nextInt(300_000);
            assertThat(mounted.past("put /file " + at + " FOREIGN")).isEqualTo("done");
            work.changedElsewhere(at, "FOREIGN");
          }
          case 1 -> {
            if (Files.exists(link)) {
              try (FileChannel other = FileChannel.open(link, StandardOpenOption.WRITE)) {
                long at = work.random.nextInt(300_000);
                assertThat(other.write(ByteBuffer.wrap("LINK".getBytes(UTF_8)), at)).isEqualTo(4);
                work.changedElsewhere(at, "LINK");
              }
              Files.delete(link);
            } else {
              Files.createLink(link, file);
            }
          }
          case 2 ->
              assertThat(mounted.past("hash /file"))
                  .as("seed %d, step %d", seed, step)
                  .isEqualTo(Integer.toString(Arrays.hashCode(work.model())));
          default -> {}
        }
        work.check(String.format("seed %d, step %d: %s", seed, step, what));
      }
    }
  }

  @Test
  void a_store_tells_what_it_costs_through_the_mount() throws Exception {
    try (Mounted mounted = new Mounted("store")) {
      Path file = Files.writeString(mounted.root.resolve("file"), "some bytes");
      UserDefinedFileAttributeView root =
          Files.getFileAttributeView(mounted.root, UserDefinedFileAttributeView.class);
      assertThat(read(root, "dedupfs.stats")).isEqualTo("{statistics}");
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
      assertThat(read(view, "dedupfs.logical")).isEqualTo("10");
      assertThat(view.list()).isEmpty();
    }
  }

  private static String read(UserDefinedFileAttributeView view, String name) throws IOException {
    ByteBuffer value = ByteBuffer.allocate(view.size(name));
    int count = view.read(name, value);
    return new String(value.array(), 0, count, UTF_8);
  }
}
