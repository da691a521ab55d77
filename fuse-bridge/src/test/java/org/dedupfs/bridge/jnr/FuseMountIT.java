package org.dedupfs.bridge.jnr;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dedupfs.fixtures.Seeds;
import org.dedupfs.host.HostPath;
import org.junit.jupiter.api.Test;

/** Each operation by the system call that leads to it; attributes in {@link AttributesMountIT}. */
final class FuseMountIT extends MountFixture {
  @Test
  void options_reach_the_kernel_whatever_is_in_them() throws Exception {
    String mounts = Files.readString(Path.of("/proc/self/mounts"));
    assertThat(mounts)
        .contains("a,b\\134c " + temp.resolve("m") + " fuse.test ")
        .contains("default_permissions");
  }

  @Test
  void bytes_come_back_as_they_were_written() throws Exception {
    long seed = Seeds.next("FuseMountIT");
    byte[] bytes = new byte[3_000_001];
    new Random(seed).nextBytes(bytes);
    Path file = child.path("bytes");
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
      assertThat(channel.write(ByteBuffer.wrap(bytes))).isEqualTo(bytes.length);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    assertThat(Files.size(file)).isEqualTo(bytes.length);
    assertThat(child.heard("write 131072")).isGreaterThan(10);
  }

  @Test
  void a_write_is_one_request() throws Exception {
    int before = child.heard("getxattr security.capability");
    try (FileChannel channel = FileChannel.open(child.path("pieces"), CREATE, WRITE)) {
      for (int i = 0; i < 100; i++) {
        assertThat(channel.write(ByteBuffer.allocate(4096))).isEqualTo(4096);
      }
    }
    assertThat(child.heard("write 4096")).isEqualTo(100);
    assertThat(child.heard("getxattr security.capability") - before).isLessThanOrEqualTo(1);
  }

  @Test
  void a_read_beyond_the_end_gives_what_there_is() throws Exception {
    Path file = Files.write(child.path("short"), new byte[] {1, 2, 3});
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer target = ByteBuffer.allocate(10);
      assertThat(channel.read(target, 1)).isEqualTo(2);
      assertThat(channel.read(target, 3)).isEqualTo(-1);
    }
  }

  @Test
  void appending_and_mapped_writes_are_told_apart() throws Exception {
    Path file = Files.write(child.path("appended"), new byte[] {1});
    Files.write(file, new byte[] {2, 3}, APPEND);
    assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
    assertThat(child.heard("write 2 append")).isEqualTo(1);
    int before = child.heard("write .* page");
    try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 3);
      mapped.put(0, (byte) 9);
      mapped.force();
    }
    assertThat(child.heard("write .* page")).isGreaterThan(before);
    assertThat(Files.readAllBytes(file)).containsExactly(9, 2, 3);
  }

  @Test
  void syncs_say_what_they_sync_and_closing_flushes() throws Exception {
    Path file = child.path("synced");
    int flushes = child.heard("flush");
    int releases = child.heard("release");
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
      channel.force(false);
      assertThat(child.heard("fsync true")).isEqualTo(1);
      assertThat(child.heard("fsync false")).isZero();
      channel.force(true);
      assertThat(child.heard("fsync false")).isEqualTo(1);
    }
    assertThat(child.heard("flush")).isGreaterThan(flushes);
    await(() -> child.heard("release") > releases);
    try (FileChannel directory = FileChannel.open(child.path(""), READ)) {
      directory.force(true);
    }
    assertThat(child.heard("fsyncdir")).isEqualTo(1);
  }

  @Test
  void sizes_are_set_by_path_and_by_handle() throws Exception {
    Path file = Files.write(child.path("sized"), new byte[100]);
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      channel.truncate(41);
      assertThat(channel.size()).isEqualTo(41);
    }
    assertThat(child.heard("ftruncate 41")).isEqualTo(1);
    MountChild.run("truncate", "-s", "77", file.toString());
    assertThat(Files.size(file)).isEqualTo(77);
    Files.newByteChannel(file, WRITE, TRUNCATE_EXISTING).close();
    assertThat(Files.size(file)).isZero();
  }

  @Test
  void ranges_are_allocated_and_punched() throws Exception {
    Path file = Files.write(child.path("allocated"), new byte[] {1, 2, 3, 4});
    MountChild.run("fallocate", "-o", "2", "-l", "5000000000", "--keep-size", file.toString());
    assertThat(child.heard("fallocate 1 2 5000000000")).isEqualTo(1);
    MountChild.run("fallocate", "-o", "1", "-l", "2", "-p", file.toString());
    assertThat(child.heard("fallocate 3 1 2")).isEqualTo(1);
    assertThat(Files.readAllBytes(file)).containsExactly(1, 0, 0, 4);
  }

  @Test
  void directories_are_made_and_removed() throws Exception {
    Path directory = Files.createDirectory(child.path("dir"));
    Files.createDirectory(directory.resolve("below"));
    assertThat(Files.isDirectory(directory)).isTrue();
    assertThatThrownBy(() -> Files.createDirectory(directory))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> Files.delete(directory))
        .isInstanceOf(DirectoryNotEmptyException.class);
    Files.delete(directory.resolve("below"));
    Files.delete(directory);
    assertThat(Files.exists(directory)).isFalse();
    assertThatThrownBy(() -> Files.readAllBytes(directory)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void a_large_directory_is_listed_in_parts_each_name_once() throws Exception {
    Path directory = Files.createDirectory(child.path("large"));
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < 500; i++) {
      String name = "n".repeat(200) + i;
      names.add(name);
      Files.createFile(directory.resolve(name));
    }
    List<String> listed = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(path -> listed.add(path.getFileName().toString()));
    }
    assertThat(listed).hasSize(names.size()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(child.heard("readdir [1-9].*")).isGreaterThan(3);
    await(() -> child.heard("releasedir") > 0);
    // Numbers and types come with the names.
    String inodes = MountChild.run("ls", "-i", "-U", directory.toString());
    Object key = Files.getAttribute(directory.resolve(names.first()), "unix:ino");
    assertThat(inodes).contains(key + " " + names.first() + "\n");
  }

  @Test
  void names_of_any_bytes_stay_what_they_are() throws Exception {
    Path directory = Files.createDirectory(child.path("names"));
    byte[] strange = "x\u00ff\u0080\n\\ y".getBytes(ISO_8859_1);
    Path file = directory.resolve(HostPath.of(strange));
    Files.write(file, new byte[] {7});
    Path utf = directory.resolve(HostPath.of("gr\u00fc\u00df \ud83d\ude00".getBytes(UTF_8)));
    Files.write(utf, new byte[] {8});
    try (Stream<Path> list = Files.list(directory)) {
      assertThat(list.map(path -> HostPath.toBytes(path.getFileName())).toList())
          .hasSize(2)
          .anyMatch(name -> Arrays.equals(name, strange));
    }
    assertThat(Files.readAllBytes(file)).containsExactly(7);
    assertThat(Files.readAllBytes(utf)).containsExactly(8);
  }

  @Test
  void links_of_both_kinds_work() throws Exception {
    Path file = Files.write(child.path("linked"), new byte[] {1});
    Path hard = Files.createLink(child.path("hard"), file);
    assertThat(Files.getAttribute(hard, "unix:nlink")).isEqualTo(2);
    Files.write(hard, new byte[] {1, 2});
    assertThat(Files.size(file)).isEqualTo(2);
    Path target = Path.of("t".repeat(200) + "/" + "u".repeat(3800));
    Path soft = Files.createSymbolicLink(child.path("soft"), target);
    assertThat(Files.readSymbolicLink(soft)).isEqualTo(target);
  }

  @Test
  void a_rename_tells_its_new_name() throws Exception {
    Path from = Files.write(child.path("from"), new byte[] {1});
    Files.move(from, child.path("to"));
    assertThat(child.heard("rename 12 from to to")).isEqualTo(1);
  }

  @Test
  void hiding_is_told_from_renaming() throws Exception {
    Path open = Files.write(child.path("open"), new byte[] {1, 2});
    try (FileChannel channel = FileChannel.open(open, READ)) {
      Files.delete(open);
      assertThat(child.heard("rename 10 open \\.fuse_hidden[0-9a-f]{16} -")).isEqualTo(1);
      assertThat(channel.size()).isEqualTo(2);
      assertThat(channel.read(ByteBuffer.allocate(5))).isEqualTo(2);
    }
    await(() -> child.heard("unlink 18 /\\.fuse_hidden[0-9a-f]{16}") == 1);
    Path next = Files.write(child.path("next"), new byte[] {3});
    Path replaced = Files.write(child.path("replaced"), new byte[] {4});
    try (FileChannel channel = FileChannel.open(replaced, READ)) {
      Files.move(next, replaced, StandardCopyOption.ATOMIC_MOVE);
      assertThat(child.heard("rename 12 replaced \\.fuse_hidden[0-9a-f]{16} replaced"))
          .isEqualTo(1);
      assertThat(child.heard("rename 12 next replaced replaced")).isEqualTo(1);
      ByteBuffer old = ByteBuffer.allocate(1);
      assertThat(channel.read(old)).isEqualTo(1);
      assertThat(old.get(0)).isEqualTo((byte) 4);
    }
    assertThat(Files.readAllBytes(replaced)).containsExactly(3);
  }

  @Test
  void a_request_tells_who_asks() throws Exception {
    Path file = Files.write(child.path("asked"), new byte[] {1});
    Integer uid = (Integer) Files.getAttribute(temp, "unix:uid");
    Integer gid = (Integer) Files.getAttribute(temp, "unix:gid");
    Files.readAllBytes(file);
    String[] heard = child.ask("heard open " + uid + " " + gid + " [0-9]+").split(" ", -1);
    // The kernel tells the thread.
    assertThat(Path.of("/proc/self/task", heard[5])).exists();
  }

  @Test
  void the_kernel_keeps_bytes_of_an_open_file_until_told_to_forget_them() throws Exception {
    Path file = Files.write(child.path("kept"), "first".getBytes(UTF_8));
    try (FileChannel open = FileChannel.open(file)) {
      assertThat(read(open)).isEqualTo("first");
      child.ask("change /kept other silently");
      assertThat(read(open)).isEqualTo("first");
      child.ask("change /kept third tell");
      await(() -> read(open).equals("third"));
      child.ask("change /kept fifth silently");
      assertThat(Files.readString(file)).as("each open drops them").isEqualTo("fifth");
    }
  }

  private static String read(FileChannel open) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(5);
    int count = open.read(bytes, 0);
    return new String(bytes.array(), 0, count, UTF_8);
  }

  @Test
  void many_threads_are_served_at_once() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 16; i++) {
      int number = i;
      Thread thread = new Thread(() -> writeAndRead(number, failures));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  private void writeAndRead(int number, List<Throwable> failures) {
    try {
      byte[] bytes = new byte[100_000];
      Arrays.fill(bytes, (byte) number);
      for (int round = 0; round < 20; round++) {
        Path file = Files.write(child.path("thread-" + number), bytes);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        Files.delete(file);
      }
    } catch (IOException | AssertionError e) {
      failures.add(e);
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
