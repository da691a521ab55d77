package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dedupfs.CreationAttributes;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.ExtendedAttributeView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store below a mount: everything a kernel can ask. */
final class DedupOperationsTest extends AbstractOperationsContract {
  @TempDir Path host;

  @Override
  FileSystem newFileSystem() throws IOException {
    return DedupFileSystems.create(host.resolve("store"));
  }

  @Override
  String[] listedWith(String... more) {
    return Stream.concat(Stream.of(".", ".."), Arrays.stream(more)).toArray(String[]::new);
  }

  private FakeRequest by(int uid, int gid) {
    return new FakeRequest(FakeRequest.MKDIR, 1, uid, gid, 1, false, null);
  }

  @Test
  void what_is_made_belongs_to_who_asked() throws IOException {
    operations.mkdir(by(5, 6), path("/d"), 0755);
    operations.mknod(by(7, 8), path("/fifo"), 0010640, 0);
    operations.mknod(by(7, 8), path("/device"), 0020600, 0x1234);
    operations.mknod(by(7, 8), path("/socket"), 0140600, 0);
    operations.mknod(by(7, 8), path("/block"), 0060600, 0x0801);
    operations.symlink(by(9, 10), path("target"), path("/link"));
    makeFile("/file", "");
    assertOwner("/d", 5, 6);
    assertOwner("/fifo", 7, 8);
    assertOwner("/link", 9, 10);
    assertOwner("/file", FakeRequest.UID, FakeRequest.GID);
    assertThat(kernel.stat("/fifo").mode()).isEqualTo(0010640);
    assertThat(kernel.stat("/device").mode()).isEqualTo(0020600);
    assertThat(kernel.stat("/device").rdev()).isEqualTo(0x1234);
    assertThat(kernel.stat("/block").rdev()).isEqualTo(0x0801);
    assertThat(kernel.stat("/socket").mode()).isEqualTo(0140600);
    assertThat(list("/", 3)).containsEntry("fifo", 0010000).containsEntry("device", 0020000);
  }

  private void assertOwner(String path, int uid, int gid) throws IOException {
    assertThat(List.of(kernel.stat(path).uid(), kernel.stat(path).gid())).containsExactly(uid, gid);
  }

  @Test
  void a_setgid_directory_passes_its_group_on() throws IOException {
    operations.mkdir(by(5, 6), path("/d"), 02775);
    operations.mkdir(by(7, 8), path("/d/e"), 0755);
    makeFile("/d/file", "");
    assertOwner("/d/e", 7, 6);
    assertOwner("/d/file", FakeRequest.UID, 6);
    assertThat(kernel.stat("/d/e").mode()).isEqualTo(042755);
    assertThat(kernel.stat("/d/file").mode()).isEqualTo(0100644);
  }

  @Test
  void privileges_go_where_the_kernel_says_so() throws IOException {
    makeFile("/file", "0123456789");
    for (int opcode : new int[] {Request.WRITE, Request.SETATTR}) {
      operations.chmod(FakeRequest.byRoot(Request.SETATTR, 2), path("/file"), 06755);
      operations.truncate(FakeRequest.byRoot(Request.SETATTR, 2), path("/file"), 9);
      assertThat(kernel.stat("/file").mode()).isEqualTo(0106755);
      operations.truncate(FakeRequest.killingPrivileges(opcode, 2), path("/file"), 9);
      assertThat(kernel.stat("/file").mode()).isEqualTo(0100755);
    }
  }

  @Test
  void owner_and_group_are_set_one_by_one() throws IOException {
    makeFile("/file", "");
    operations.chown(ANY, path("/file"), 11, -1);
    assertOwner("/file", 11, FakeRequest.GID);
    operations.chown(ANY, path("/file"), -1, 12);
    assertOwner("/file", 11, 12);
    operations.chown(ANY, path("/file"), 13, 14);
    assertOwner("/file", 13, 14);
    operations.symlink(ANY, path("nowhere"), path("/link"));
    operations.chown(ANY, path("/link"), 15, 16);
    assertOwner("/link", 15, 16);
  }

  @Test
  void names_and_targets_are_any_bytes() throws IOException {
    byte[] name = {'/', (byte) 0xFF, (byte) 0xC3, 'x', (byte) 0x80};
    operations.mkdir(ANY, name, 0755);
    byte[] target = {'a', '/', '/', 'b', (byte) 0xFE, '/', '/'};
    byte[] link = {'/', (byte) 0xFF, (byte) 0xC3, 'x', (byte) 0x80, '/', (byte) 0x9C};
    operations.symlink(ANY, target, link);
    assertThat(operations.readlink(ANY, link)).isEqualTo(target);
    long handle = operations.opendir(ANY, name);
    Set<List<Byte>> names = new HashSet<>();
    operations.readdir(ANY, handle, 2, (entry, ino, mode, next) -> names.add(List.of(entry[0])));
    assertThat(names).containsExactly(List.of((byte) 0x9C));
    operations.releasedir(ANY, handle);
  }

  @Test
  void names_that_are_too_long() throws IOException {
    makeFile("/x", "");
    byte[] name = path("/" + "n".repeat(256));
    assertFails(Errno.ENAMETOOLONG, () -> operations.mkdir(ANY, name, 0755));
    assertFails(Errno.ENAMETOOLONG, () -> operations.getattr(ANY, name));
    assertFails(Errno.ENAMETOOLONG, () -> kernel.rename("/x", "/" + "n".repeat(256)));
  }

  @Test
  void offsets_that_are_too_large() throws IOException {
    try (AsLibfuse.Fd fd = kernel.create("/file", 0100644)) {
      assertFails(Errno.EFBIG, () -> fd.write("x", Long.MAX_VALUE - 1));
      assertFails(Errno.EFBIG, () -> fd.truncate(Long.MAX_VALUE));
    }
  }

  @Test
  void a_hundred_thousand_entries_are_listed_once_each() throws IOException {
    int count = 100_000;
    operations.mkdir(ANY, path("/d"), 0755);
    for (int i = 0; i < count; i++) {
      operations.mknod(ANY, path("/d/" + i), 0010644, 0);
    }
    long handle = operations.opendir(ANY, path("/d"));
    Set<String> names = new HashSet<>();
    long[] offset = {0};
    int[] calls = {0};
    boolean[] more = {true};
    while (more[0]) {
      int[] taken = {0};
      operations.readdir(
          ANY,
          handle,
          offset[0],
          (name, ino, mode, next) -> {
            if (taken[0] == 100) {
              return false;
            }
            assertThat(names.add(new String(name, UTF_8))).isTrue();
            taken[0]++;
            offset[0] = next;
            return true;
          });
      more[0] = taken[0] > 0;
      if (calls[0]++ == 100) {
        // What goes on beside changes nothing for the others.
        operations.unlink(FakeRequest.of(Request.UNLINK, 1), path("/d/0"));
        operations.mknod(ANY, path("/d/new"), 0010644, 0);
      }
    }
    names.removeAll(List.of("0", "new"));
    assertThat(names).hasSize(count + 1).contains(".", "..", "1", "99999");
  }

  @Test
  void dot_and_dot_dot_have_the_numbers_of_their_directories() throws IOException {
    operations.mkdir(ANY, path("/d"), 0755);
    operations.mkdir(ANY, path("/d/e"), 0755);
    long handle = operations.opendir(ANY, path("/d/e"));
    long[] inos = new long[3];
    operations.readdir(
        ANY,
        handle,
        0,
        (name, ino, mode, next) -> {
          inos[(int) next] = ino;
          return true;
        });
    assertThat(inos[1]).isEqualTo(kernel.stat("/d/e").ino());
    assertThat(inos[2]).isEqualTo(kernel.stat("/d").ino());
    operations.releasedir(ANY, handle);
    operations.fsyncdir(ANY, operations.opendir(ANY, path("/d")));
  }

  @Test
  void a_store_tells_what_it_costs() throws IOException {
    makeFile("/file", "some bytes");
    operations.fsync(ANY, operations.open(ANY, path("/file"), 0).handle(), false);
    assertThat(operations.getxattr(ANY, path("/"), path("user.dedupfs.stats")))
        .isEqualTo(path("{}"));
    assertThat(operations.getxattr(ANY, path("/file"), path("user.dedupfs.stats"))).isNull();
    assertThat(operations.getxattr(ANY, path("/file"), path("user.dedupfs.logical")))
        .isEqualTo(path("10"));
    assertThat(operations.getxattr(ANY, path("/file"), path("user.dedupfs.chunks")))
        .isEqualTo(path("1"));
    assertThat(operations.getxattr(ANY, path("/file"), path("user.dedupfs.unique")))
        .isEqualTo(path("10"));
    assertThat(operations.getxattr(ANY, path("/file"), path("user.dedupfs.stored"))).isNotNull();
    assertThat(operations.getxattr(ANY, path("/"), path("user.dedupfs.stored"))).isNull();
    assertThat(operations.listxattr(ANY, path("/file"))).isEmpty();
    byte[] name = path("user.dedupfs.logical");
    assertFails(Errno.EPERM, () -> operations.setxattr(ANY, path("/file"), name, name, 0));
    assertFails(Errno.EPERM, () -> operations.removexattr(ANY, path("/file"), name));
  }

  @Test
  void access_control_lists_are_kept_but_not_shown() throws IOException {
    makeFile("/file", "x");
    ExtendedAttributeView view =
        Files.getFileAttributeView(fileSystem.getPath("/file"), ExtendedAttributeView.class);
    byte[] acl = path("system.posix_acl_access");
    view.write(acl, new byte[] {2, 0, 0, 0}, ExtendedAttributeView.Presence.ANY);
    view.write(path("trusted.t"), path("t"), ExtendedAttributeView.Presence.ANY);
    assertThat(operations.listxattr(ANY, path("/file"))).isEmpty();
    assertThat(operations.listxattr(FakeRequest.byRoot(23, 1), path("/file")))
        .containsExactly(path("trusted.t"));
    assertThat(view.read(acl)).isNotNull();
  }

  @Test
  void a_read_only_store_refuses_every_change() throws IOException {
    makeFile("/file", "content");
    operations.mkdir(ANY, path("/d"), 0755);
    operations.close();
    fileSystem.close();
    DedupOptions readOnly = DedupOptions.builder().readOnly(true).build();
    fileSystem = DedupFileSystems.open(host.resolve("store"), readOnly);
    operations = FileSystemOperations.of(fileSystem, statistics -> "");
    kernel = new AsLibfuse(operations);
    assertThat(content("/file")).isEqualTo("content");
    assertFails(Errno.EROFS, () -> kernel.open("/file", OpenFlags.READ_WRITE));
    assertFails(Errno.EROFS, () -> kernel.open("/file", OpenFlags.TRUNCATE));
    assertFails(Errno.EROFS, () -> kernel.create("/new", 0100644));
    assertFails(Errno.EROFS, () -> operations.mkdir(ANY, path("/new"), 0755));
    assertFails(Errno.EROFS, () -> operations.mknod(ANY, path("/new"), 0010644, 0));
    assertFails(Errno.EROFS, () -> operations.symlink(ANY, path("x"), path("/new")));
    assertFails(Errno.EROFS, () -> operations.link(ANY, path("/file"), path("/new")));
    assertFails(Errno.EROFS, () -> kernel.unlink("/file"));
    assertFails(Errno.EROFS, () -> operations.rmdir(ANY, path("/d")));
    assertFails(Errno.EROFS, () -> kernel.rename("/file", "/new"));
    assertFails(Errno.EROFS, () -> operations.chmod(ANY, path("/file"), 0600));
    assertFails(Errno.EROFS, () -> operations.chown(ANY, path("/file"), 1, 1));
    assertFails(Errno.EROFS, () -> operations.utimens(ANY, path("/file"), 1L, 1L));
    assertFails(Errno.EROFS, () -> operations.truncate(ANY, path("/file"), 0));
    assertFails(
        Errno.EROFS, () -> operations.setxattr(ANY, path("/file"), path("user.x"), path("x"), 0));
    assertFails(Errno.EROFS, () -> operations.removexattr(ANY, path("/file"), path("user.x")));
    assertFails(Errno.EROFS, () -> operations.access(ANY, path("/file"), 2));
    operations.access(ANY, path("/file"), 4);
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_ONLY)) {
      assertFails(Errno.EROFS, () -> fd.write("x", 0));
      assertFails(Errno.EROFS, () -> fd.truncate(0));
      assertFails(
          Errno.EROFS,
          () -> operations.fallocate(fd.request(FakeRequest.FALLOCATE), fd.handle(), 3, 0, 1));
      operations.fsync(fd.request(FakeRequest.FSYNC), fd.handle(), true);
    }
  }

  @Test
  void a_closed_store_is_no_device_any_more() throws IOException {
    makeFile("/file", "x");
    AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE);
    fileSystem.close();
    assertFails(Errno.ENODEV, () -> operations.getattr(ANY, path("/file")));
    assertFails(Errno.ENODEV, () -> operations.statfs(ANY));
    assertThat(fd.handle()).isPositive();
  }

  @Test
  void two_handles_of_a_file_share_what_was_written() throws IOException {
    makeFile("/file", "0");
    try (AsLibfuse.Fd one = kernel.open("/file", OpenFlags.READ_ONLY)) {
      try (AsLibfuse.Fd two = kernel.open("/file", OpenFlags.READ_WRITE)) {
        two.write("abc", 1);
        assertThat(one.content()).isEqualTo("0abc");
      }
      assertThat(one.content()).isEqualTo("0abc");
    }
  }

  @Test
  void a_close_makes_durable_where_that_was_asked_for() throws IOException {
    for (DedupOptions.Durability durability : DedupOptions.Durability.values()) {
      Path store = host.resolve("durability-" + durability);
      DedupOptions options = DedupOptions.builder().create(true).durability(durability).build();
      try (DedupFileSystem opened = DedupFileSystems.open(store, options);
          FileSystemOperations mounted = FileSystemOperations.of(opened, statistics -> "")) {
        FakeRequest create = FakeRequest.of(FakeRequest.CREATE, 1);
        long handle = mounted.create(create, path("/file"), 0100644, OpenFlags.READ_WRITE).handle();
        mounted.write(
            FakeRequest.of(FakeRequest.WRITE, 2),
            handle,
            ByteBuffer.wrap(path("content")),
            0,
            OpenFlags.READ_WRITE,
            false);
        mounted.flush(FakeRequest.of(FakeRequest.FLUSH, 2), handle);
        Path image = CrashImage.of(store, host.resolve("image-" + durability));
        try (DedupFileSystem recovered = DedupFileSystems.open(image)) {
          assertThat(Files.exists(recovered.getPath("/file")))
              .as("%s", durability)
              .isEqualTo(durability == DedupOptions.Durability.CLOSE);
        }
      }
    }
  }

  @Test
  void special_files_of_a_store_cannot_be_opened_by_the_mount() throws IOException {
    Path fifo = fileSystem.getPath("/fifo");
    assertThat(Files.createFile(fifo, CreationAttributes.mode(0010644))).isEqualTo(fifo);
    assertFails(Errno.ENXIO, () -> kernel.open("/fifo", OpenFlags.READ_ONLY));
    operations.symlink(ANY, path("/"), path("/link"));
    assertFails(Errno.ELOOP, () -> kernel.open("/link", OpenFlags.READ_ONLY));
    assertFails(Errno.EISDIR, () -> kernel.open("/", OpenFlags.READ_WRITE));
  }
}
