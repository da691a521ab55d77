package org.dedupfs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dedupfs.fixtures.Prerequisites;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native calls against the host, with the programs of the host as witnesses. */
final class HostCallsTest {
  private static final FileTime OLD =
      FileTime.from(Instant.parse("1960-01-01T00:00:00.987654321Z"));
  private static final FileTime NEW =
      FileTime.from(Instant.parse("2100-06-07T08:09:10.123456789Z"));

  @TempDir Path directory;

  private final HostCalls calls = HostCalls.load();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** What a program prints. */
  private static String print(Object... line) throws Exception {
    List<String> words = List.of(line).stream().map(Object::toString).toList();
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }

  private static void assertNotPermitted(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FileSystemException.class,
            e -> assertThat(e.getReason()).isEqualTo("Operation not permitted"));
  }

  @Test
  void the_c_library_is_there() {
    assertThat(calls.limits()).isEmpty();
  }

  @Test
  void extended_attributes_are_listed_read_set_and_removed_by_the_bytes_of_their_names()
      throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    byte[] odd = bytes("user.\u00ff\u0001 x");
    byte[] large = new byte[3_000];
    large[2_999] = 7;
    try {
      calls.setXattr(file, odd, new byte[] {0, 1, -1});
    } catch (FileSystemException e) {
      throw Prerequisites.notKept("extended attributes", e);
    }
    calls.setXattr(file, bytes("user.empty"), new byte[0]);
    calls.setXattr(file, bytes("user.large"), large);
    assertThat(calls.listXattrs(file))
        .containsExactlyInAnyOrder(odd, bytes("user.empty"), bytes("user.large"));
    assertThat(calls.getXattr(file, odd)).containsExactly(0, 1, -1);
    assertThat(calls.getXattr(file, bytes("user.empty"))).isEmpty();
    assertThat(calls.getXattr(file, bytes("user.large"))).isEqualTo(large);
    calls.removeXattr(file, odd);
    calls.removeXattr(file, odd);
    assertThat(calls.getXattr(file, odd)).isNull();
    assertThat(calls.listXattrs(file)).hasSize(2);
  }

  @Test
  void many_and_long_names_are_all_listed() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    int set = 0;
    try {
      for (; set < 60; set++) {
        calls.setXattr(file, bytes("user." + "n".repeat(200) + set), new byte[0]);
      }
    } catch (FileSystemException e) {
      // ext4 has room for a block of them.
      assertThat(set).as(e::toString).isGreaterThan(5);
    }
    assertThat(calls.listXattrs(file)).hasSize(set);
  }

  @Test
  void attributes_of_root_and_of_links_are_within_reach() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("l"), Path.of("nowhere"));
    if (!isRoot()) {
      assertNotPermitted(() -> calls.setXattr(link, bytes("trusted.a"), bytes("on a link")));
      return;
    }
    calls.setXattr(link, bytes("trusted.a"), bytes("on a link"));
    assertThat(calls.listXattrs(link)).contains(bytes("trusted.a"));
    assertThat(calls.getXattr(link, bytes("trusted.a"))).isEqualTo(bytes("on a link"));
  }

  @Test
  void fifos_sockets_and_devices_are_what_stat_says_they_are() throws Exception {
    calls.makeNode(directory.resolve("fifo"), 0010640, 0);
    calls.makeNode(directory.resolve("socket"), 0140600, 0);
    assertThat(print("stat", "-c", "%F %a", directory.resolve("fifo"))).isEqualTo("fifo 640");
    assertThat(print("stat", "-c", "%F %a", directory.resolve("socket"))).isEqualTo("socket 600");
    // Both numbers beyond the eight bits of old.
    long rdev = 0x123L << 8 | 0x45 | 0x678L << 20;
    if (!isRoot()) {
      assertNotPermitted(() -> calls.makeNode(directory.resolve("device"), 0020600, rdev));
      return;
    }
    try {
      calls.makeNode(directory.resolve("device"), 0020600, rdev);
    } catch (FileSystemException e) {
      throw Prerequisites.notAllowed("making a device");
    }
    assertThat(print("stat", "-c", "%F %t %T", directory.resolve("device")))
        .isEqualTo("character special file 123 67845");
  }

  @Test
  void times_of_files_and_links_are_exact() throws Exception {
    Path file = Files.createFile(directory.resolve("f"));
    Path link = Files.createSymbolicLink(directory.resolve("l"), Path.of("f"));
    calls.setTimes(file, OLD, NEW);
    calls.setTimes(link, NEW, OLD);
    assertThat(print("stat", "-c", "%.9Y %.9X", file))
        .isEqualTo("-315619199.012345679 4116038950.123456789");
    assertThat(print("stat", "-c", "%.9Y %.9X", link))
        .isEqualTo("4116038950.123456789 -315619199.012345679");
  }

  @Test
  void owners_of_links_are_set_on_the_link() throws Exception {
    Path file = Files.createFile(directory.resolve("f"));
    Path link = Files.createSymbolicLink(directory.resolve("l"), Path.of("f"));
    if (!isRoot()) {
      assertNotPermitted(() -> calls.setOwner(link, 12_345, -2));
      return;
    }
    calls.setOwner(link, 12_345, -2);
    assertThat(print("stat", "-c", "%u:%g", link)).isEqualTo("12345:4294967294");
    assertThat(print("stat", "-c", "%u:%g", file)).isEqualTo("0:0");
  }

  @Test
  void modes_are_set_without_opening_anything() throws Exception {
    Path fifo = directory.resolve("fifo");
    calls.makeNode(fifo, 0010600, 0);
    calls.setMode(fifo, 01246);
    assertThat(print("stat", "-c", "%a", fifo)).isEqualTo("1246");
    Path link = Files.createSymbolicLink(directory.resolve("l"), Path.of("fifo"));
    assertThatThrownBy(() -> calls.setMode(link, 0777)).isInstanceOf(FileSystemException.class);
    assertThat(print("stat", "-c", "%a", fifo)).isEqualTo("1246");
  }

  @Test
  void holes_are_found_and_made() throws Exception {
    Path file = directory.resolve("f");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[4096]), 1L << 20);
    }
    calls.setLength(file, 3L << 20);
    assertThat(print("stat", "-c", "%s", file)).isEqualTo("3145728");
    if (Integer.parseInt(print("stat", "-c", "%b", file)) > 16) {
      throw Prerequisites.notKept("holes", null);
    }
    try (HostFile open = calls.open(file)) {
      assertThat(open.channel().size()).isEqualTo(3L << 20);
      assertThat(open.nextData(0)).isEqualTo(1L << 20);
      assertThat(open.nextHole(0)).isZero();
      assertThat(open.nextHole(1L << 20)).isEqualTo((1L << 20) + 4096);
      assertThat(open.nextData(2L << 20)).isEqualTo(-1);
      assertThat(open.nextHole(2L << 20)).isEqualTo(2L << 20);
      assertThat(open.nextHole(3L << 20)).isEqualTo(-1);
    }
  }

  @Test
  void nothing_is_opened_through_a_link_and_no_fifo_waited_for() throws Exception {
    Files.createFile(directory.resolve("f"));
    Path link = Files.createSymbolicLink(directory.resolve("l"), Path.of("f"));
    assertThatThrownBy(() -> calls.open(link)).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> calls.setLength(link, 5)).isInstanceOf(FileSystemException.class);
    Path fifo = directory.resolve("fifo");
    calls.makeNode(fifo, 0010600, 0);
    assertThatThrownBy(() -> calls.open(fifo)).hasMessageContaining("Not a regular file");
  }

  @Test
  void an_architecture_whose_flags_are_not_known_gets_no_native_calls() {
    assertThat(NativeHostCalls.noFollow("aarch64")).isEqualTo(0x8000);
    assertThat(NativeHostCalls.noFollow("riscv64")).isEqualTo(0x20000);
    assertThatThrownBy(() -> NativeHostCalls.noFollow("mips64el"))
        .isInstanceOf(UnsatisfiedLinkError.class)
        .hasMessageContaining("mips64el");
  }

  @Test
  void descriptors_are_given_back() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    long before = openDescriptors();
    for (int i = 0; i < 100; i++) {
      try (HostFile open = calls.open(file)) {
        assertThat(open.nextData(0)).isEqualTo(-1);
      }
      calls.setLength(file, 0);
    }
    assertThat(openDescriptors()).isLessThan(before + 50);
  }

  private static long openDescriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  @Test
  void failures_are_those_of_java_with_path_and_reason() throws IOException {
    Path missing = directory.resolve("no");
    assertThatThrownBy(() -> calls.listXattrs(missing)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> calls.open(missing))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing.toString());
    Path file = Files.createFile(directory.resolve("f"));
    assertThatThrownBy(() -> calls.makeNode(file, 0010600, 0))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> calls.setXattr(file, bytes("nonsense"), new byte[0]))
        .isInstanceOfSatisfying(
            FileSystemException.class,
            e -> assertThat(e.getReason()).isEqualTo("Operation not supported"));
  }

  @Test
  void without_the_c_library_java_does_what_it_can_and_says_so() throws IOException {
    HostCalls java = new JavaHostCalls("no library");
    assertThat(java.limits()).contains("no library");
    Path file = Files.createFile(directory.resolve("f"));
    java.setTimes(file, NEW, NEW);
    assertThat(Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)).isEqualTo(NEW);
    java.setLength(file, 1_000_000);
    java.setLength(file, 10);
    try (HostFile open = java.open(file)) {
      assertThat(open.channel().size()).isEqualTo(10);
      assertThat(open.nextData(3)).isEqualTo(3);
      assertThat(open.nextHole(3)).isEqualTo(10);
      assertThat(open.nextData(10)).isEqualTo(-1);
    }
    assertThatThrownBy(() -> java.makeNode(directory.resolve("x"), 0010600, 0))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("no library");
    try {
      java.setXattr(file, bytes("user.a"), bytes("1"));
    } catch (FileSystemException e) {
      throw Prerequisites.notKept("extended attributes", e);
    }
    assertThat(java.listXattrs(file)).containsExactly(bytes("user.a"));
    assertThat(java.getXattr(file, bytes("user.a"))).isEqualTo(bytes("1"));
    assertThat(java.getXattr(file, bytes("user.b"))).isNull();
    java.removeXattr(file, bytes("user.a"));
    assertThat(calls.listXattrs(file)).isEmpty();
    assertThatThrownBy(() -> java.setXattr(file, bytes("trusted.a"), new byte[0]))
        .hasMessageContaining("no library");
  }
}
