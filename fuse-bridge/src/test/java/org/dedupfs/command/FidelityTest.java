package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.dedupfs.fixtures.Prerequisites;
import org.dedupfs.host.HostCalls;
import org.dedupfs.host.HostPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What an import and an export keep, told by programs of the host, and compared with a copy that
 * {@code cp -a} made.
 */
final class FidelityTest extends CommandFixture {
  private static final HostCalls HOST = HostCalls.load();
  private static final FileTime TIME =
      FileTime.from(Instant.parse("1955-11-12T22:04:00.123456789Z"));

  private Path tree;
  private Path copy;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectory(directory.resolve("tree"));
    copy = directory.resolve("copy");
  }

  private void giveBack() {
    Path store = newStore();
    run("import", store, tree).ends(ExitCode.DONE);
    run("export", store, "/tree", copy).ends(ExitCode.DONE);
  }

  /** What a program of the host prints about all below a directory. */
  private static String print(Path where, String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .directory(where.toFile())
            .redirectErrorStream(true)
            .start();
    byte[] output = process.getInputStream().readAllBytes();
    String text = new String(output, StandardCharsets.ISO_8859_1);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  /** Type, mode, owner, size, time, target and number of names, then the numbers of devices. */
  private static String listing(Path where) throws Exception {
    return print(
        where,
        "export LC_ALL=C; find . -printf '%P|%y|%m|%U:%G|%T@|%l|%n\\n' | sort"
            + " && find . -type f -printf '%P|%s\\n' | sort"
            + " && find . -type c -exec stat -c '%n %t %T' {} + | sort");
  }

  /** Every extended attribute, those of links too, sorted by file and name. */
  private static String xattrs(Path where) throws Exception {
    StringBuilder text = new StringBuilder();
    for (String name : print(where, "LC_ALL=C; find . | sort").lines().toList()) {
      Path file = where.resolve(HostPath.of(name.getBytes(StandardCharsets.ISO_8859_1)));
      List<String> lines = new java.util.ArrayList<>();
      for (byte[] xattr : HOST.listXattrs(file)) {
        String value = new String(HOST.getXattr(file, xattr), StandardCharsets.ISO_8859_1);
        lines.add(name + " " + new String(xattr, StandardCharsets.ISO_8859_1) + "=" + value);
      }
      lines.stream().sorted().forEach(line -> text.append(line).append('\n'));
    }
    return text.toString();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private void set(Path path, String xattr, String value) throws IOException {
    HOST.setXattr(path, bytes(xattr), bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void fifos_sockets_and_devices_come_back() throws Exception {
    HOST.makeNode(tree.resolve("fifo"), 0010600, 0);
    HOST.setMode(tree.resolve("fifo"), 01642);
    HOST.setTimes(tree.resolve("fifo"), TIME, TIME);
    HOST.makeNode(tree.resolve("socket"), 0140600, 0);
    Files.createLink(tree.resolve("second name"), tree.resolve("fifo"));
    if (isRoot()) {
      try {
        HOST.makeNode(tree.resolve("device"), 0020640, 0x1234567L);
      } catch (FileSystemException e) {
        throw Prerequisites.notAllowed("making a device");
      }
    }
    giveBack();
    assertThat(listing(copy)).isEqualTo(listing(tree)).contains("fifo|p|1642", "socket|s|");
    Path store = directory.resolve("store");
    assertThat(run("export", "-v", "--merge", store, "/tree", copy).ends(ExitCode.DONE).err())
        .isEmpty();
  }

  @Test
  void owners_modes_and_times_come_back_on_links_too() throws Exception {
    Path file = Files.writeString(tree.resolve("file"), "x");
    Path link = Files.createSymbolicLink(tree.resolve("link"), Path.of("file"));
    Path below = Files.createDirectory(tree.resolve("directory"));
    Files.createLink(tree.resolve("link with a second name"), link);
    HOST.setTimes(link, TIME, TIME);
    if (isRoot()) {
      HOST.setOwner(file, 12_345, -2);
      HOST.setOwner(link, 77, 88);
      HOST.setOwner(below, 1, 2);
    }
    HOST.setMode(file, 06511);
    HOST.setMode(below, 03753);
    HOST.setTimes(file, TIME, TIME);
    HOST.setTimes(below, TIME, TIME);
    giveBack();
    Path witness = directory.resolve("witness");
    print(directory, "cp -a tree witness");
    assertThat(listing(copy)).isEqualTo(listing(tree)).isEqualTo(listing(witness));
  }

  @Test
  void links_say_the_same_byte_for_byte() throws Exception {
    print(
        tree,
        "ln -s dir/ 1; ln -s a//b 2; ln -s //a/./../b// 3; ln -s / 4; ln -s .// 5;"
            + " ln -s \"$(printf '\\377//\\303\\244/')\" 6; ln -s \"$(printf '/\\377//b/')\" 7");
    giveBack();
    assertThat(listing(copy)).isEqualTo(listing(tree)).contains("|dir/|", "|a//b|");
    assertEqualTrees(tree, copy);
    Path store = directory.resolve("store");
    assertThat(run("import", store, tree).ends(ExitCode.DONE).out()).contains("7 unchanged");
    run("cp", "-r", store, "/tree", "/clone").ends(ExitCode.DONE);
    run("export", store, "/clone", directory.resolve("clone")).ends(ExitCode.DONE);
    assertThat(listing(directory.resolve("clone"))).isEqualTo(listing(tree));
  }

  @Test
  void without_the_c_library_slashes_that_a_link_loses_are_reported() throws Exception {
    print(tree, "ln -s dir/ slash; ln -s dir plain");
    Path store = newStore();
    run("import", store, tree).ends(ExitCode.DONE);
    List<String> java = CommandIT.java("-Ddedupfs.host.java=true");
    Outcome outcome = runApart(java, "export", store, "/tree", copy);
    assertThat(outcome.err()).contains("/tree/slash", "slashes").doesNotContain("/tree/plain");
    assertThat(Files.readSymbolicLink(copy.resolve("slash"))).hasToString("dir");
  }

  @Test
  void holes_stay_holes_both_ways() throws Exception {
    Path file = tree.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), 0);
      channel.write(ByteBuffer.wrap(new byte[] {2}), 5L << 30);
    }
    HOST.setLength(file, 1L << 40);
    giveBack();
    print(directory, "test $(stat -c %b copy/sparse) -le $(stat -c %b tree/sparse)");
    assertThat(listing(copy)).isEqualTo(listing(tree)).contains("sparse|1099511627776");
    try (var given = HOST.open(copy.resolve("sparse"))) {
      assertThat(given.nextData(1L << 20)).isLessThanOrEqualTo(5L << 30);
      ByteBuffer one = ByteBuffer.allocate(1);
      given.channel().read(one, 5L << 30);
      assertThat(one.get(0)).isEqualTo((byte) 2);
    }
  }

  @Test
  void attributes_of_users_come_back_whatever_their_names() throws Exception {
    Path file = Files.writeString(tree.resolve("file"), "x");
    try {
      set(file, "user.colour", "blue");
    } catch (FileSystemException e) {
      throw Prerequisites.notKept("extended attributes", e);
    }
    set(file, "user.\u00ff\u0001", "\u0000\u00ff");
    set(file, "user.empty", "");
    set(tree, "user.of a directory", "1");
    giveBack();
    assertThat(xattrs(copy)).isEqualTo(xattrs(tree)).contains("user.\u00ff\u0001");
    HOST.removeXattr(file, bytes("user.empty"));
    set(file, "user.colour", "red");
    Path store = directory.resolve("store");
    run("import", store, tree).ends(ExitCode.DONE);
    run("export", "--merge", store, "/tree", copy).ends(ExitCode.DONE);
    assertThat(xattrs(copy)).isEqualTo(xattrs(tree)).contains("colour=red").doesNotContain("empty");
  }

  /** As {@code setfacl -m u:1234:rwx} writes it for a file of mode 0640: version, then entries. */
  private static byte[] accessControlList() {
    ByteBuffer list = ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
    entry(list, 0x01, 6, -1);
    entry(list, 0x02, 7, 1_234);
    entry(list, 0x04, 4, -1);
    entry(list, 0x10, 7, -1);
    entry(list, 0x20, 0, -1);
    return list.array();
  }

  private static void entry(ByteBuffer list, int tag, int permissions, int id) {
    list.putShort((short) tag).putShort((short) permissions).putInt(id);
  }

  @Test
  void access_control_lists_and_attributes_of_root_come_back() throws Exception {
    Path file = Files.writeString(tree.resolve("file"), "x");
    HOST.setMode(file, 0640);
    try {
      HOST.setXattr(file, bytes("system.posix_acl_access"), accessControlList());
    } catch (FileSystemException e) {
      throw Prerequisites.notKept("access control lists", e);
    }
    HOST.setXattr(tree, bytes("system.posix_acl_default"), accessControlList());
    Path link = Files.createSymbolicLink(tree.resolve("link"), Path.of("file"));
    if (isRoot()) {
      set(file, "trusted.a", "only root sees this");
      set(link, "trusted.on a link", "1");
      HOST.setXattr(
          file,
          bytes("security.capability"),
          new byte[] {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    }
    Path store = newStore();
    run("import", store, tree).ends(ExitCode.DONE);
    assertThat(run("import", "-v", store, tree).ends(ExitCode.DONE).err()).isEmpty();
    run("export", store, "/tree", copy).ends(ExitCode.DONE);
    assertThat(xattrs(copy)).isEqualTo(xattrs(tree)).contains("posix_acl_default");
    assertThat(listing(copy)).isEqualTo(listing(tree)).contains("file|f|670");
    run("cp", "-r", store, "/tree", "/clone").ends(ExitCode.DONE);
    run("export", store, "/clone", directory.resolve("clone")).ends(ExitCode.DONE);
    assertThat(xattrs(directory.resolve("clone"))).isEqualTo(xattrs(tree));
  }

  @Test
  void what_is_exported_into_a_directory_with_a_default_list_does_not_inherit_it()
      throws Exception {
    Files.writeString(tree.resolve("file"), "x");
    Files.createDirectory(tree.resolve("below"));
    Path above = Files.createDirectory(directory.resolve("above"));
    try {
      HOST.setXattr(above, bytes("system.posix_acl_default"), accessControlList());
    } catch (FileSystemException e) {
      throw Prerequisites.notKept("access control lists", e);
    }
    copy = above.resolve("copy");
    giveBack();
    assertThat(xattrs(copy)).isEmpty();
    assertThat(listing(copy)).isEqualTo(listing(tree));
  }

  @Test
  void what_needs_the_c_library_is_named_and_counted_without_it() throws Exception {
    Path store = newStore();
    HOST.makeNode(tree.resolve("fifo"), 0010600, 0);
    Files.writeString(tree.resolve("file"), "x");
    run("import", store, tree).ends(ExitCode.DONE);
    List<String> java = CommandIT.java("-Ddedupfs.host.java=true");
    Outcome outcome = runApart(java, "export", store, "/tree", copy);
    outcome.ends(ExitCode.SKIPPED);
    assertThat(outcome.err()).contains("/tree/fifo", "dedupfs.host.java", "1 item: ");
    assertThat(copy.resolve("file")).hasContent("x");
    assertThat(copy.resolve("fifo")).doesNotExist();
  }
}
