package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open files that lose their names, call by call as libfuse has it. */
final class HiddenFilesTest {
  private static final FakeRequest ANY = FakeRequest.of(FakeRequest.SETATTR, 2);
  private static final String USERS = "/.fuse_hidden0123456789abcdef";

  @TempDir Path host;
  private DedupFileSystem store;
  private FileSystemOperations operations;
  private AsLibfuse kernel;

  @BeforeEach
  void mount() throws IOException {
    store = DedupFileSystems.create(host.resolve("store"));
    operations = FileSystemOperations.of(store, statistics -> "");
    kernel = new AsLibfuse(operations);
  }

  @AfterEach
  void unmount() throws IOException {
    operations.close();
    store.close();
  }

  private static byte[] path(String text) {
    return text.getBytes(UTF_8);
  }

  private void makeFile(String path, String content) throws IOException {
    Files.writeString(store.getPath(path), content);
  }

  private String content(String path) throws IOException {
    return Files.readString(store.getPath(path));
  }

  private boolean exists(String path) {
    return Files.exists(store.getPath(path));
  }

  private static void assertFails(
      Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    AbstractOperationsContract.assertFails(errno, call);
  }

  @Test
  void the_store_never_sees_a_hidden_name() throws IOException {
    makeFile("/file", "content");
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE)) {
      kernel.unlink("/file");
      try (var entries = Files.list(store.getPath("/"))) {
        assertThat(entries).isEmpty();
      }
      assertThat(kernel.exists(fd.node.path)).isTrue();
    }
    assertThat(kernel.calls()).hasSize(2);
    assertThat(kernel.calls().get(0)).matches("rename /file /\\.fuse_hidden[0-9a-f]{16}");
    assertThat(kernel.calls().get(1)).matches("unlink /\\.fuse_hidden[0-9a-f]{16}");
  }

  @Test
  void whatever_is_done_by_a_hidden_name_is_done_to_the_open_file() throws IOException {
    makeFile("/file", "content");
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE)) {
      kernel.unlink("/file");
      makeFile("/file", "another");
      byte[] hidden = path(fd.node.path);
      byte[] name = path("user.x");
      operations.chmod(ANY, hidden, 0100604);
      operations.chown(ANY, hidden, 1, 2);
      operations.utimens(ANY, hidden, 1_000L, 2_000L);
      operations.truncate(FakeRequest.of(FakeRequest.SETATTR, fd.node.id), hidden, 3);
      operations.setxattr(ANY, hidden, name, path("v"), 0);
      FileStatus status = fd.stat();
      assertThat(status.mode()).isEqualTo(0100604);
      assertThat(status.uid()).isEqualTo(1);
      assertThat(status.gid()).isEqualTo(2);
      assertThat(status.accessNanos()).isEqualTo(1_000L);
      assertThat(status.sizeBytes()).isEqualTo(3);
      assertThat(operations.getxattr(ANY, hidden, name)).isEqualTo(path("v"));
      assertThat(operations.listxattr(ANY, hidden)).containsExactly(name);
      operations.removexattr(ANY, hidden, name);
      assertThat(operations.getxattr(ANY, hidden, name)).isNull();
      operations.access(ANY, hidden, 0);
      try (AsLibfuse.Fd again = kernel.open(fd.node, OpenFlags.READ_WRITE)) {
        again.write("C", 0);
        assertThat(fd.content()).isEqualTo("Con");
      }
      assertThat(fd.content()).isEqualTo("Con");
    }
    assertThat(content("/file")).isEqualTo("another");
  }

  @Test
  void a_hidden_name_is_taken() throws IOException {
    makeFile("/file", "content");
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE)) {
      kernel.unlink("/file");
      makeFile("/other", "other");
      byte[] hidden = path(fd.node.path);
      FakeRequest create = FakeRequest.of(FakeRequest.CREATE, 1);
      assertFails(Errno.EEXIST, () -> operations.create(create, hidden, 0100644, 2));
      assertFails(Errno.EEXIST, () -> operations.mknod(ANY, hidden, 0010644, 0));
      assertFails(Errno.EEXIST, () -> operations.mkdir(ANY, hidden, 0755));
      assertFails(Errno.EEXIST, () -> operations.symlink(ANY, path("x"), hidden));
      assertFails(Errno.EEXIST, () -> operations.link(ANY, path("/other"), hidden));
      String name = fd.node.path.substring(1);
      FakeRequest onto = FakeRequest.renameTo(name);
      assertFails(Errno.EBUSY, () -> operations.rename(onto, path("/other"), hidden));
      FakeRequest from = FakeRequest.renameTo("back");
      assertFails(Errno.EBUSY, () -> operations.rename(from, hidden, path("/back")));
    }
  }

  @Test
  void a_file_with_another_name_keeps_it_and_its_count() throws IOException {
    makeFile("/a", "content");
    Files.createLink(store.getPath("/b"), store.getPath("/a"));
    AsLibfuse.Fd a = kernel.open("/a", OpenFlags.READ_WRITE);
    try (AsLibfuse.Fd b = kernel.open("/b", OpenFlags.READ_WRITE)) {
      kernel.unlink("/a");
      assertThat(a.stat().nlink()).isEqualTo(1);
      assertThat(b.stat().nlink()).isEqualTo(1);
      assertThat(
              operations
                  .fgetattr(FakeRequest.of(FakeRequest.GETATTR, a.node.id), a.handle())
                  .nlink())
          .as("libfuse takes one off")
          .isEqualTo(2);
      assertThat(
              operations
                  .fgetattr(FakeRequest.of(FakeRequest.GETATTR, b.node.id), b.handle())
                  .nlink())
          .isEqualTo(1);
      a.write("C", 0);
      a.close();
      assertThat(b.content()).isEqualTo("Content");
      assertThat(kernel.exists(a.node.path)).isFalse();
    }
    assertThat(content("/b")).isEqualTo("Content");
  }

  @Test
  void a_file_without_a_name_is_linked_only_if_it_has_another() throws IOException {
    makeFile("/a", "content");
    Files.createLink(store.getPath("/b"), store.getPath("/a"));
    try (AsLibfuse.Fd fd = kernel.open("/a", OpenFlags.READ_WRITE)) {
      kernel.unlink("/a");
      operations.link(ANY, path(fd.node.path), path("/c"));
      assertThat(content("/c")).isEqualTo("content");
      Files.delete(store.getPath("/b"));
      Files.delete(store.getPath("/c"));
      assertFails(Errno.ENOENT, () -> operations.link(ANY, path(fd.node.path), path("/d")));
    }
  }

  @Test
  void replacing_an_open_file_is_two_calls_and_one_change() throws IOException {
    makeFile("/target", "old");
    makeFile("/source", "new");
    try (AsLibfuse.Fd fd = kernel.open("/target", OpenFlags.READ_WRITE)) {
      FakeRequest request = FakeRequest.renameTo("target");
      AsLibfuse.Node hidden = kernel.hide(request, fd.node);
      assertThat(content("/target")).as("nothing has happened yet").isEqualTo("old");
      assertThat(content("/source")).isEqualTo("new");
      operations.rename(request, path("/source"), path("/target"));
      assertThat(content("/target")).isEqualTo("new");
      assertThat(exists("/source")).isFalse();
      assertThat(kernel.stat(hidden).nlink()).isZero();
      assertThat(fd.content()).isEqualTo("old");
    }
    assertThat(content("/target")).isEqualTo("new");
  }

  @Test
  void a_replacement_that_fails_leaves_the_open_file_its_name() throws IOException {
    makeFile("/target", "old");
    try (AsLibfuse.Fd fd = kernel.open("/target", OpenFlags.READ_WRITE)) {
      FakeRequest request = FakeRequest.renameTo("target");
      AsLibfuse.Node hidden = kernel.hide(request, fd.node);
      assertFails(Errno.ENOENT, () -> operations.rename(request, path("/none"), path("/target")));
      assertThat(kernel.stat(hidden).nlink()).as("libfuse has taken one off").isEqualTo(1);
      fd.write("!", 3);
      operations.chmod(ANY, path(hidden.path), 0100640);
      try (AsLibfuse.Fd again = kernel.open("/target", OpenFlags.READ_ONLY)) {
        assertThat(again.node).isNotSameAs(fd.node);
        assertThat(again.content()).isEqualTo("old!");
        assertThat(again.stat().mode()).isEqualTo(0100640);
      }
    }
    assertThat(content("/target")).isEqualTo("old!");
    assertThat(kernel.calls().get(kernel.calls().size() - 1)).startsWith("unlink /.fuse_hidden");
  }

  @Test
  void no_crash_between_the_two_calls_of_a_replacement_loses_anything() throws IOException {
    makeFile("/target", "old");
    makeFile("/source", "new");
    try (AsLibfuse.Fd fd = kernel.open("/target", OpenFlags.READ_WRITE)) {
      FakeRequest request = FakeRequest.renameTo("target");
      AsLibfuse.Node hidden = kernel.hide(request, fd.node);
      store.sync();
      Path between = CrashImage.of(host.resolve("store"), host.resolve("between"));
      operations.rename(request, path("/source"), path("/target"));
      store.sync();
      Path after = CrashImage.of(host.resolve("store"), host.resolve("after"));
      assertThat(hidden.hidden).isTrue();
      try (DedupFileSystem crashed = DedupFileSystems.open(between)) {
        assertThat(Files.readString(crashed.getPath("/target"))).isEqualTo("old");
        assertThat(Files.readString(crashed.getPath("/source"))).isEqualTo("new");
        try (var entries = Files.list(crashed.getPath("/"))) {
          assertThat(entries).hasSize(2);
        }
      }
      try (DedupFileSystem crashed = DedupFileSystems.open(after)) {
        assertThat(Files.readString(crashed.getPath("/target"))).isEqualTo("new");
        try (var entries = Files.list(crashed.getPath("/"))) {
          assertThat(entries).hasSize(1);
        }
      }
    }
  }

  @Test
  void a_user_may_choose_a_name_that_looks_hidden() throws IOException {
    makeFile("/file", "content");
    makeFile("/notes", "notes");
    kernel.rename("/notes", "/.fuse_hidden_notes");
    kernel.rename("/file", USERS);
    assertThat(content("/.fuse_hidden_notes")).isEqualTo("notes");
    assertThat(content(USERS)).isEqualTo("content");
    try (AsLibfuse.Fd fd = kernel.open(USERS, OpenFlags.READ_WRITE);
        AsLibfuse.Fd notes = kernel.open("/.fuse_hidden_notes", OpenFlags.READ_WRITE)) {
      kernel.rename(USERS, "/file");
      kernel.rename("/file", USERS);
      kernel.rename("/.fuse_hidden_notes", "/notes");
      kernel.rename("/notes", "/.fuse_hidden_notes");
      assertThat(content(USERS)).isEqualTo("content");
      assertThat(fd.stat().nlink()).isEqualTo(1);
      assertThat(notes.stat().nlink()).isEqualTo(1);
    }
    assertThat(content(USERS)).isEqualTo("content");
    assertThat(content("/.fuse_hidden_notes")).isEqualTo("notes");
    kernel.unlink(USERS);
    assertThat(exists(USERS)).isFalse();
  }

  @Test
  void a_users_open_file_of_such_a_name_is_replaced_as_any_other() throws IOException {
    makeFile("/file", "new");
    makeFile(USERS, "old");
    try (AsLibfuse.Fd fd = kernel.open(USERS, OpenFlags.READ_WRITE)) {
      kernel.rename("/file", USERS);
      assertThat(fd.content()).isEqualTo("old");
      assertThat(content(USERS)).isEqualTo("new");
    }
    assertThat(content(USERS)).isEqualTo("new");
  }

  @Test
  void a_hidden_file_whose_name_is_removed_again_is_hidden_again() throws IOException {
    makeFile("/file", "content");
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE)) {
      kernel.unlink("/file");
      String first = fd.node.path;
      kernel.unlink(first);
      assertThat(fd.node.path).isNotEqualTo(first);
      assertThat(kernel.exists(first)).isFalse();
      assertThat(fd.content()).isEqualTo("content");
      assertThat(fd.stat().nlink()).isZero();
    }
  }

  @Test
  void a_hidden_file_is_found_though_its_directory_was_renamed() throws IOException {
    Files.createDirectories(store.getPath("/a/b"));
    makeFile("/a/b/file", "content");
    try (AsLibfuse.Fd fd = kernel.open("/a/b/file", OpenFlags.READ_WRITE)) {
      kernel.unlink("/a/b/file");
      Files.move(store.getPath("/a"), store.getPath("/moved"));
      fd.node.path = fd.node.path.replace("/a/", "/moved/");
      assertThat(fd.stat().sizeBytes()).isEqualTo(7);
      Files.createDirectories(store.getPath("/a/b"));
      assertThat(kernel.exists(fd.node.path.replace("/moved/", "/a/"))).isFalse();
    }
  }

  @Test
  void a_directory_with_hidden_files_only_can_be_removed() throws IOException {
    Files.createDirectory(store.getPath("/d"));
    makeFile("/d/file", "content");
    try (AsLibfuse.Fd fd = kernel.open("/d/file", OpenFlags.READ_WRITE)) {
      kernel.unlink("/d/file");
      operations.rmdir(ANY, path("/d"));
      assertThat(exists("/d")).isFalse();
      assertThat(fd.content()).isEqualTo("content");
      assertThat(fd.stat().sizeBytes()).isEqualTo(7);
      Files.createDirectory(store.getPath("/d"));
      assertThat(fd.stat().sizeBytes()).isEqualTo(7);
      assertThat(fd.stat().nlink()).isZero();
    }
  }

  @Test
  void an_open_file_whose_name_others_have_removed_still_tells_what_it_is() throws IOException {
    makeFile("/file", "content");
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE)) {
      Files.delete(store.getPath("/file"));
      assertThat(fd.stat().sizeBytes()).isEqualTo(7);
      assertThat(fd.stat().nlink()).isZero();
      assertThat(kernel.exists("/file")).isFalse();
    }
  }

  @Test
  void a_name_that_was_hidden_is_nothing_once_the_file_is_closed() throws IOException {
    makeFile("/file", "content");
    AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE);
    kernel.unlink("/file");
    String hidden = fd.node.path;
    fd.close();
    assertThat(kernel.exists(hidden)).isFalse();
    makeFile(hidden, "a user's");
    operations.unlink(FakeRequest.of(Request.RELEASE, 7), path(hidden));
    assertThat(content(hidden)).isEqualTo("a user's");
    // An open that was interrupted ends as a release does.
    operations.unlink(FakeRequest.of(FakeRequest.OPEN, 7), path(hidden));
    assertThat(content(hidden)).isEqualTo("a user's");
    operations.unlink(FakeRequest.of(Request.UNLINK, 1), path(hidden));
    assertThat(exists(hidden)).isFalse();
  }

  @Test
  void a_file_closed_just_before_it_is_hidden_leaves_nothing() throws IOException {
    makeFile("/file", "content");
    makeFile("/new", "new");
    String hidden = "/.fuse_hidden0000000200000001";
    FakeRequest unlink = FakeRequest.of(Request.UNLINK, 1);
    operations.rename(unlink, path("/file"), path(hidden));
    assertThat(exists("/file")).isFalse();
    assertThat(exists(hidden)).isFalse();
    makeFile("/file", "content");
    FakeRequest rename = FakeRequest.renameTo("file");
    operations.rename(rename, path("/file"), path(hidden));
    assertThat(content("/file")).isEqualTo("content");
    operations.rename(rename, path("/new"), path("/file"));
    assertThat(content("/file")).isEqualTo("new");
    assertFails(Errno.ENOENT, () -> operations.rename(unlink, path("/none"), path(hidden)));
  }

  @Test
  void a_file_that_was_just_created_is_hidden_too() throws IOException {
    try (AsLibfuse.Fd fd = kernel.create("/file", 0100600)) {
      kernel.unlink("/file");
      fd.write("content", 0);
      assertThat(fd.content()).isEqualTo("content");
      assertThat(fd.stat().nlink()).isZero();
    }
    assertThat(exists("/file")).isFalse();
  }

  @Test
  void what_somebody_else_has_put_there_is_not_taken_for_the_open_file() throws IOException {
    makeFile("/file", "open");
    makeFile("/other", "other");
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE);
        AsLibfuse.Fd other = kernel.open("/other", OpenFlags.READ_WRITE)) {
      Files.delete(store.getPath("/file"));
      Files.createLink(store.getPath("/file"), store.getPath("/other"));
      kernel.unlink("/file");
      assertThat(exists("/file")).isFalse();
      assertThat(fd.stat().sizeBytes()).isEqualTo(4);
      assertThat(fd.content()).isEqualTo("open");
      assertThat(other.content()).isEqualTo("other");
    }
  }
}
