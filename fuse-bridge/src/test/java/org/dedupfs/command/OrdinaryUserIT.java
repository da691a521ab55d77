package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dedupfs.CreationAttributes;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.fixtures.process.ForkedJvm;
import org.dedupfs.host.HostCalls;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody who is not root may not read, keep or write is named, counted and shows in the exit
 * code. Where the tests run as root the command runs as nobody, in a process that cannot go back.
 */
final class OrdinaryUserIT extends CommandFixture {
  private static final int NOBODY = 65_534;
  private static final int STRANGER = 12_345;
  private static final HostCalls HOST = HostCalls.load();

  /** The class path where everybody may read it: that of the build may be in root's home. */
  @TempDir static Path classes;

  private static String classPath;
  private static boolean isRoot;

  private Path tree;
  private Path store;
  private Path copy;

  @BeforeAll
  static void copyClasses() throws IOException {
    isRoot = (Integer) Files.getAttribute(classes, "unix:uid") == 0;
    if (!isRoot) {
      classPath = System.getProperty("java.class.path");
      return;
    }
    Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> copies = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path source = Path.of(each);
      if (Files.exists(source)) {
        Path target = classes.resolve(copies.size() + "-" + source.getFileName());
        copyReadable(source, target);
        copies.add(target.toString());
      }
    }
    classPath = String.join(File.pathSeparator, copies);
  }

  private static void copyReadable(Path source, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(source)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Path copied = target.resolve(source.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(copied);
        } else {
          Files.copy(each, each.equals(source) ? target : copied);
        }
      }
    }
  }

  @BeforeEach
  void makeRoom() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    tree = Files.createDirectory(directory.resolve("tree"));
    store = home.resolve("store");
    copy = home.resolve("copy");
    Files.createDirectory(home.resolve("tmp"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    give(home);
    assertThat(as("create", store).ends(ExitCode.DONE).err()).isEmpty();
  }

  /** Makes what is there the user's. */
  private static void give(Path path) throws IOException {
    if (isRoot) {
      try (Stream<Path> all = Files.walk(path)) {
        for (Path each : (Iterable<Path>) all::iterator) {
          HOST.setOwner(each, NOBODY, NOBODY);
        }
      }
    }
  }

  private Outcome as(Object... arguments) throws IOException, InterruptedException {
    return startedBy(List.of(), arguments);
  }

  private Outcome startedBy(List<String> start, Object... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(start);
    if (isRoot) {
      line.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    line.addAll(ForkedJvm.nativeFlags());
    line.add("-Djava.io.tmpdir=" + directory.resolve("home/tmp"));
    line.addAll(List.of("-cp", classPath, Main.class.getName()));
    return runApart(line, arguments);
  }

  @Test
  void an_import_keeps_owners_and_names_what_may_not_be_read() throws Exception {
    Path file = Files.writeString(tree.resolve("file"), "x");
    Files.writeString(tree.resolve("secret"), "x");
    Files.setAttribute(tree.resolve("secret"), "unix:mode", 0);
    Files.writeString(Files.createDirectory(tree.resolve("locked")).resolve("below"), "x");
    Files.setAttribute(tree.resolve("locked"), "unix:mode", 0);
    HOST.makeNode(tree.resolve("fifo"), 0010600, 0);
    if (isRoot) {
      HOST.setOwner(file, STRANGER, STRANGER);
    }
    Outcome outcome = as("import", store, tree).ends(ExitCode.SKIPPED);
    assertThat(outcome.err().lines())
        .containsExactlyInAnyOrder(
            "dedupfs: skipped " + tree + "/secret: permission denied",
            "dedupfs: skipped " + tree + "/locked: permission denied",
            "dedupfs: 2 items: could not be read");
    Object uid = Files.getAttribute(file, "unix:uid");
    assertThat(as("ls", "--json", store, "/tree/file").out()).contains("\"uid\": " + uid + ",");
    assertThat(as("ls", store, "/tree").out().lines()).containsExactly("fifo", "file", "locked");
    Files.setAttribute(tree.resolve("secret"), "unix:mode", 0644);
    Files.setAttribute(tree.resolve("locked"), "unix:mode", 0755);
    assertThat(as("import", store, tree).ends(ExitCode.DONE).err()).isEmpty();
    assertThat(as("ls", store, "/tree/locked").out()).isEqualTo("below\n");
  }

  /** Everything that only root may make on the host; in a store anybody may. */
  private void fill() throws IOException {
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      Path top = Files.createDirectory(open.getPath("/tree"));
      Path mine = Files.writeString(top.resolve("mine"), "mine");
      Path theirs = Files.writeString(top.resolve("theirs"), "theirs");
      Files.setAttribute(theirs, "unix:uid", STRANGER);
      Files.setAttribute(theirs, "unix:gid", STRANGER);
      Files.setAttribute(theirs, "unix:mode", 06755);
      Files.setAttribute(mine, "xattr:trusted.a", "1".getBytes(StandardCharsets.US_ASCII));
      Files.createFile(
          top.resolve("device"), CreationAttributes.mode(0020666), CreationAttributes.rdev(0x103));
      Files.createFile(top.resolve("fifo"), CreationAttributes.mode(0010600));
      try (Stream<Path> all = Files.walk(top)) {
        for (Path each : (Iterable<Path>) all.filter(one -> !one.equals(theirs))::iterator) {
          Files.setAttribute(each, "unix:uid", uid(), LinkOption.NOFOLLOW_LINKS);
          Files.setAttribute(each, "unix:gid", gid(), LinkOption.NOFOLLOW_LINKS);
        }
      }
    }
    give(store);
  }

  private int uid() throws IOException {
    return (Integer) Files.getAttribute(store, "unix:uid");
  }

  private int gid() throws IOException {
    return (Integer) Files.getAttribute(store, "unix:gid");
  }

  @Test
  void an_export_gives_what_he_may_have_and_names_the_rest() throws Exception {
    fill();
    Outcome outcome = as("export", store, "/tree", copy).ends(ExitCode.SKIPPED);
    assertThat(outcome.err().lines())
        .containsExactlyInAnyOrder(
            "dedupfs: skipped /tree/device: Operation not permitted",
            "dedupfs: not kept of /tree/theirs: owner 12345:12345: Operation not permitted",
            "dedupfs: not kept of /tree/theirs: mode 6755 became 0755",
            "dedupfs: not kept of /tree/mine: trusted.a: Operation not permitted",
            "dedupfs: 1 item: fifos, sockets or devices, which cannot be made here",
            "dedupfs: 1 item: with another owner or group: only root may give files away",
            "dedupfs: 1 item: without some permission bits",
            "dedupfs: 1 item: without some extended attributes");
    assertThat(copy.resolve("theirs")).hasContent("theirs");
    assertThat(copy.resolve("mine")).hasContent("mine");
    assertThat(copy.resolve("fifo")).exists();
    assertThat((Integer) Files.getAttribute(copy.resolve("theirs"), "unix:uid")).isEqualTo(uid());
    Outcome again = as("export", "--merge", store, "/tree", copy).ends(ExitCode.SKIPPED);
    assertThat(again.err().lines())
        .containsExactlyInAnyOrderElementsOf(outcome.err().lines().toList());
    assertThat(as("import", store, copy, "--into", "/again").ends(ExitCode.DONE).err()).isEmpty();
  }

  @Test
  void an_export_into_what_he_may_not_write_fails_in_one_line() throws Exception {
    fill();
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setAttribute(closed, "unix:mode", 0555);
    Outcome outcome = as("export", store, "/tree", closed.resolve("copy"));
    assertThat(outcome.exitCode()).as(outcome.err()).isNotZero();
    assertThat(outcome.err()).contains("permission denied").doesNotContain("\tat ");
  }

  @Test
  void a_store_that_may_not_be_written_can_be_read() throws Exception {
    fill();
    Path file = Files.writeString(directory.resolve("file"), "x");
    try (Stream<Path> all = Files.walk(store)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Files.setAttribute(each, "unix:mode", Files.isDirectory(each) ? 0555 : 0444);
        if (isRoot) {
          HOST.setOwner(each, 0, 0);
        }
      }
    }
    as("import", store, file).ends(ExitCode.FAILED).saysInOneLine("store");
    assertThat(as("ls", store, "/tree").ends(ExitCode.DONE).out()).contains("mine");
    assertThat(as("cat", store, "/tree/mine").ends(ExitCode.DONE).out()).isEqualTo("mine");
    as("stats", store).ends(ExitCode.DONE);
  }

  @Test
  void a_store_belongs_to_its_owner_alone_whatever_the_umask() throws Exception {
    Path open = directory.resolve("home/open");
    Path file = Files.writeString(directory.resolve("file"), "x".repeat(100_000));
    List<String> start = List.of("sh", "-c", "umask 000; exec \"$@\"", "sh");
    for (Object[] line :
        new Object[][] {
          {"create", open},
          {"import", open, file},
          {"rm", open, "/file"},
          {"gc", open},
          {"check", open}
        }) {
      assertThat(startedBy(start, line).ends(ExitCode.DONE).err()).isEmpty();
    }
    try (Stream<Path> all = Files.walk(open)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
            .as(each.toString())
            .isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void no_store_is_made_where_others_may_enter_and_he_cannot_keep_them_out() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 0777);
    if (isRoot) {
      as("create", shared).ends(ExitCode.FAILED).saysInOneLine("others may enter it");
      assertThat(shared).isEmptyDirectory();
    } else {
      // It is his own, so he can.
      as("create", shared).ends(ExitCode.DONE);
      assertThat(Files.getAttribute(shared, "unix:mode")).isEqualTo(040700);
    }
  }

  @Test
  void a_store_that_may_not_be_read_fails_in_one_line() throws Exception {
    if (isRoot) {
      HOST.setOwner(store, 0, 0);
    }
    Files.setAttribute(store, "unix:mode", 0);
    as("ls", store).ends(ExitCode.FAILED).saysInOneLine("store");
    Files.setAttribute(store, "unix:mode", 0700);
  }
}
