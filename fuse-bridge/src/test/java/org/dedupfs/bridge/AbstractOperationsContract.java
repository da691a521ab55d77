package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a mount answers, whichever file system is below. */
abstract class AbstractOperationsContract {
  static final FakeRequest ANY = FakeRequest.of(FakeRequest.LOOKUP, 1);

  FileSystem fileSystem;
  FileSystemOperations operations;
  AsLibfuse kernel;

  abstract FileSystem newFileSystem() throws IOException;

  @BeforeEach
  void mount() throws IOException {
    fileSystem = newFileSystem();
    operations = FileSystemOperations.of(fileSystem, statistics -> "{}");
    kernel = new AsLibfuse(operations);
  }

  @AfterEach
  void unmount() throws IOException {
    operations.close();
    fileSystem.close();
  }

  static byte[] path(String text) {
    return text.getBytes(UTF_8);
  }

  static void assertFails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call).satisfies(e -> assertThat(Errnos.of(e)).as("%s", e).isEqualTo(errno));
  }

  void makeFile(String path, String content) throws IOException {
    try (AsLibfuse.Fd fd = kernel.create(path, 0100644)) {
      fd.write(content, 0);
    }
  }

  String content(String path) throws IOException {
    try (AsLibfuse.Fd fd = kernel.open(path, OpenFlags.READ_ONLY)) {
      return fd.content();
    }
  }

  /** Names and types, read in steps of {@code atOnce}. */
  Map<String, Integer> list(String directory, int atOnce) throws IOException {
    long handle = operations.opendir(ANY, path(directory));
    Map<String, Integer> entries = new LinkedHashMap<>();
    long[] offset = {0};
    boolean more = true;
    while (more) {
      int[] taken = {0};
      operations.readdir(
          ANY,
          handle,
          offset[0],
          (name, ino, mode, next) -> {
            if (taken[0] == atOnce) {
              return false;
            }
            assertThat(ino).isNotZero();
            assertThat(next).isPositive();
            taken[0]++;
            offset[0] = next;
            assertThat(entries.put(new String(name, UTF_8), mode & FileModes.TYPE)).isNull();
            return true;
          });
      more = taken[0] > 0;
    }
    operations.releasedir(ANY, handle);
    return entries;
  }

  @Test
  void what_is_written_is_read() throws IOException {
    try (AsLibfuse.Fd fd = kernel.create("/file", 0100644)) {
      fd.write("hello", 0);
      fd.write("world", 6);
      assertThat(fd.content()).isEqualTo("hello\0world");
      assertThat(fd.read(3, 9)).isEqualTo("ld");
      assertThat(fd.read(3, 11)).isEmpty();
      assertThat(fd.read(3, 1L << 40)).isEmpty();
      operations.fsync(fd.request(FakeRequest.FSYNC), fd.handle(), false);
    }
    assertThat(content("/file")).isEqualTo("hello\0world");
    assertThat(kernel.stat("/file").sizeBytes()).isEqualTo(11);
  }

  @Test
  void a_file_is_truncated_and_grown_by_path_and_by_handle() throws IOException {
    makeFile("/file", "0123456789");
    operations.truncate(FakeRequest.of(FakeRequest.SETATTR, 2), path("/file"), 4);
    assertThat(content("/file")).isEqualTo("0123");
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE)) {
      fd.truncate(6);
      assertThat(fd.content()).isEqualTo("0123\0\0");
      fd.truncate(1);
      assertThat(fd.stat().sizeBytes()).isEqualTo(1);
    }
    kernel.open("/file", OpenFlags.WRITE_ONLY | OpenFlags.TRUNCATE).close();
    assertThat(content("/file")).isEmpty();
  }

  @Test
  void a_new_file_has_exactly_the_mode_asked_for() throws IOException {
    makeFile("/file", "");
    assertThat(kernel.stat("/file").mode()).isEqualTo(0100644);
    operations.mkdir(ANY, path("/directory"), 0751);
    assertThat(kernel.stat("/directory").mode()).isEqualTo(040751);
    operations.chmod(ANY, path("/file"), 0100600);
    assertThat(kernel.stat("/file").mode()).isEqualTo(0100600);
  }

  @Test
  void times_are_set_one_by_one() throws IOException {
    makeFile("/file", "x");
    operations.utimens(ANY, path("/file"), 1_000_000_007L, 2_000_000_009L);
    operations.utimens(ANY, path("/file"), 3_000_000_011L, null);
    assertThat(kernel.stat("/file").accessNanos()).isEqualTo(3_000_000_011L);
    assertThat(kernel.stat("/file").modifyNanos()).isEqualTo(2_000_000_009L);
    operations.utimens(ANY, path("/file"), null, -1_000_000_001L);
    assertThat(kernel.stat("/file").accessNanos()).isEqualTo(3_000_000_011L);
    assertThat(kernel.stat("/file").modifyNanos()).isEqualTo(-1_000_000_001L);
  }

  @Test
  void creating_what_exists_has_the_kernel_look_again_unless_exclusive() throws IOException {
    makeFile("/file", "old");
    FakeRequest create = FakeRequest.of(FakeRequest.CREATE, 1);
    int write = OpenFlags.READ_WRITE | OpenFlags.TRUNCATE;
    assertFails(
        Errno.EEXIST,
        () -> operations.create(create, path("/file"), 0100644, write | OpenFlags.EXCLUSIVE));
    assertFails(Errno.ESTALE, () -> operations.create(create, path("/file"), 0100644, write));
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_ONLY)) {
      assertThat(fd.content()).isEqualTo("old");
    }
  }

  @Test
  void links_and_symbolic_links() throws IOException {
    makeFile("/file", "content");
    operations.link(ANY, path("/file"), path("/link"));
    assertThat(kernel.stat("/link").ino()).isEqualTo(kernel.stat("/file").ino());
    assertThat(kernel.stat("/link").nlink()).isEqualTo(2);
    operations.symlink(ANY, path("../no such"), path("/symlink"));
    assertThat(operations.readlink(ANY, path("/symlink"))).isEqualTo(path("../no such"));
    assertThat(kernel.stat("/symlink").mode() & FileModes.TYPE).isEqualTo(FileModes.SYMBOLIC_LINK);
    assertFails(Errno.EINVAL, () -> operations.readlink(ANY, path("/file")));
    assertFails(Errno.EEXIST, () -> operations.link(ANY, path("/file"), path("/symlink")));
    operations.mkdir(ANY, path("/directory"), 0755);
    assertFails(Errno.EPERM, () -> operations.link(ANY, path("/directory"), path("/other")));
  }

  @Test
  void names_that_are_not_there_or_in_the_way() throws IOException {
    makeFile("/file", "x");
    operations.mkdir(ANY, path("/directory"), 0755);
    makeFile("/directory/file", "x");
    assertFails(Errno.ENOENT, () -> operations.getattr(ANY, path("/none")));
    assertFails(Errno.ENOENT, () -> operations.getattr(ANY, path("/none/none")));
    assertFails(Errno.ENOENT, () -> kernel.unlink("/none"));
    assertFails(Errno.ENOENT, () -> kernel.create("/none/file", 0100644));
    assertFails(
        Errno.ENOENT,
        () -> operations.rename(FakeRequest.renameTo("x"), path("/none"), path("/x")));
    assertFails(Errno.EEXIST, () -> operations.mkdir(ANY, path("/file"), 0755));
    assertFails(Errno.EEXIST, () -> operations.mknod(ANY, path("/file"), 0100644, 0));
    assertFails(Errno.EEXIST, () -> operations.symlink(ANY, path("x"), path("/file")));
    assertFails(Errno.ENOTDIR, () -> operations.rmdir(ANY, path("/file")));
    assertFails(Errno.EISDIR, () -> kernel.unlink("/directory"));
    assertFails(Errno.ENOTEMPTY, () -> operations.rmdir(ANY, path("/directory")));
    assertFails(Errno.ENOTDIR, () -> operations.opendir(ANY, path("/file")));
    assertFails(
        Errno.EISDIR,
        () ->
            operations.rename(
                FakeRequest.renameTo("directory"), path("/file"), path("/directory")));
    assertFails(
        Errno.ENOTDIR,
        () -> operations.rename(FakeRequest.renameTo("file"), path("/directory"), path("/file")));
    kernel.unlink("/directory/file");
    operations.rmdir(ANY, path("/directory"));
    assertThat(kernel.exists("/directory")).isFalse();
  }

  @Test
  void renaming_replaces() throws IOException {
    makeFile("/a", "a");
    makeFile("/b", "b");
    kernel.rename("/a", "/b");
    assertThat(kernel.exists("/a")).isFalse();
    assertThat(content("/b")).isEqualTo("a");
    operations.mkdir(ANY, path("/d"), 0755);
    operations.mkdir(ANY, path("/e"), 0755);
    kernel.rename("/d", "/e");
    assertThat(kernel.exists("/d")).isFalse();
  }

  @Test
  void an_unlinked_open_file_is_whole_until_it_is_closed() throws IOException {
    makeFile("/file", "content");
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE)) {
      kernel.unlink("/file");
      assertThat(kernel.exists("/file")).isFalse();
      makeFile("/file", "another");
      fd.write("C", 0);
      assertThat(fd.content()).isEqualTo("Content");
      assertThat(fd.stat().nlink()).isZero();
      assertThat(fd.stat().sizeBytes()).isEqualTo(7);
      operations.chmod(FakeRequest.of(FakeRequest.SETATTR, fd.node.id), path(fd.node.path), 0600);
      assertThat(fd.stat().mode()).isEqualTo(0100600);
    }
    assertThat(content("/file")).isEqualTo("another");
    assertThat(list("/", 100)).containsOnlyKeys(listedWith("file"));
  }

  @Test
  void a_replaced_open_file_is_whole_until_it_is_closed() throws IOException {
    makeFile("/old", "old");
    makeFile("/new", "new");
    try (AsLibfuse.Fd fd = kernel.open("/old", OpenFlags.READ_WRITE)) {
      kernel.rename("/new", "/old");
      assertThat(content("/old")).isEqualTo("new");
      assertThat(fd.content()).isEqualTo("old");
      FakeRequest getattr = FakeRequest.of(FakeRequest.GETATTR, fd.node.id);
      fd.write("!", 3);
      assertThat(operations.fgetattr(getattr, fd.handle()).sizeBytes()).isEqualTo(4);
      assertThat(fd.stat().sizeBytes()).isEqualTo(4);
      assertThat(fd.stat().nlink()).isZero();
    }
    assertThat(content("/old")).isEqualTo("new");
    assertThat(list("/", 100)).containsOnlyKeys(listedWith("old"));
  }

  /** What the root of a new file system lists, and {@code more}. */
  abstract String[] listedWith(String... more);

  @Test
  void directories_are_read_in_steps_of_any_size() throws IOException {
    operations.mkdir(ANY, path("/d"), 0755);
    operations.mkdir(ANY, path("/d/directory"), 0755);
    operations.symlink(ANY, path("x"), path("/d/symlink"));
    List<String> names = new ArrayList<>(List.of(".", "..", "directory", "symlink"));
    for (int i = 0; i < 10; i++) {
      makeFile("/d/file" + i, "");
      names.add("file" + i);
    }
    for (int atOnce : List.of(1, 2, 3, 1000)) {
      Map<String, Integer> entries = list("/d", atOnce);
      assertThat(entries).containsOnlyKeys(names.toArray(String[]::new));
      assertThat(entries)
          .containsEntry(".", FileModes.DIRECTORY)
          .containsEntry("directory", FileModes.DIRECTORY)
          .containsEntry("symlink", FileModes.SYMBOLIC_LINK)
          .containsEntry("file3", FileModes.REGULAR);
    }
  }

  @Test
  void appends_of_several_threads_never_meet() throws Exception {
    makeFile("/log", "");
    int threads = 4;
    int each = 200;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Void>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        byte[] record = new byte[16 + t];
        Arrays.fill(record, (byte) ('a' + t));
        record[record.length - 1] = '\n';
        done.add(pool.submit(appending(record, each)));
      }
      for (Future<Void> each1 : done) {
        each1.get();
      }
    } finally {
      pool.shutdownNow();
    }
    List<String> lines = Files.readAllLines(fileSystem.getPath("/log"));
    assertThat(lines).hasSize(threads * each);
    assertThat(lines).allMatch(line -> line.chars().distinct().count() == 1);
    for (int t = 0; t < threads; t++) {
      String record = Character.toString('a' + t).repeat(15 + t);
      assertThat(lines.stream().filter(record::equals).count()).isEqualTo(each);
    }
  }

  /** The kernel's offset is always 0: as if it knew nothing of the others. */
  private Callable<Void> appending(byte[] record, int times) {
    return () -> {
      int flags = OpenFlags.WRITE_ONLY | OpenFlags.APPEND;
      FakeRequest open = FakeRequest.of(FakeRequest.OPEN, 2);
      long handle = operations.open(open, path("/log"), flags).handle();
      for (int i = 0; i < times; i++) {
        operations.write(
            FakeRequest.of(FakeRequest.WRITE, 2), handle, ByteBuffer.wrap(record), 0, flags, false);
      }
      operations.release(FakeRequest.of(Request.RELEASE, 2), handle);
      return null;
    };
  }

  @Test
  void what_a_mapped_page_writes_back_goes_to_its_offset() throws IOException {
    makeFile("/log", "0123");
    int flags = OpenFlags.READ_WRITE | OpenFlags.APPEND;
    try (AsLibfuse.Fd fd = kernel.open("/log", flags)) {
      operations.write(
          fd.request(FakeRequest.WRITE), fd.handle(), ByteBuffer.wrap(path("X")), 1, flags, true);
      assertThat(fd.content()).isEqualTo("0X23");
    }
  }

  @Test
  void ranges_are_allocated_zeroed_and_punched() throws IOException {
    makeFile("/file", "0123456789");
    FakeRequest request = FakeRequest.of(FakeRequest.FALLOCATE, 2);
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_WRITE)) {
      operations.fallocate(request, fd.handle(), 1, 0, 100);
      assertThat(fd.content()).isEqualTo("0123456789");
      operations.fallocate(request, fd.handle(), 0, 8, 4);
      assertThat(fd.content()).isEqualTo("0123456789\0\0");
      operations.fallocate(request, fd.handle(), 3, 2, 2);
      assertThat(fd.content())
          .isEqualTo("01\0\000456789\0\0".replace("\000456789", "\000" + "456789"));
      operations.fallocate(request, fd.handle(), 3, 10, 100);
      assertThat(fd.stat().sizeBytes()).isEqualTo(12);
      operations.fallocate(request, fd.handle(), 17, 8, 100);
      assertThat(fd.content()).isEqualTo("01\0\0" + "4567\0\0\0\0");
      operations.fallocate(request, fd.handle(), 16, 7, 6);
      assertThat(fd.content()).isEqualTo("01\0\0" + "456\0\0\0\0\0\0");
      assertFails(Errno.ENOTSUP, () -> operations.fallocate(request, fd.handle(), 8, 0, 1));
      assertFails(Errno.EINVAL, () -> operations.fallocate(request, fd.handle(), 0, 0, 0));
      assertFails(
          Errno.EFBIG, () -> operations.fallocate(request, fd.handle(), 0, Long.MAX_VALUE, 1));
    }
  }

  @Test
  void attributes_of_users() throws IOException {
    makeFile("/file", "x");
    byte[] name = path("user.note");
    assertThat(operations.getxattr(ANY, path("/file"), name)).isNull();
    assertThat(operations.getxattr(ANY, path("/file"), path("security.capability"))).isNull();
    assertFails(Errno.ENODATA, () -> operations.setxattr(ANY, path("/file"), name, path("v"), 2));
    operations.setxattr(ANY, path("/file"), name, path("v"), 1);
    assertFails(Errno.EEXIST, () -> operations.setxattr(ANY, path("/file"), name, path("v"), 1));
    operations.setxattr(ANY, path("/file"), name, path("value"), 2);
    assertThat(operations.getxattr(ANY, path("/file"), name)).isEqualTo(path("value"));
    assertThat(operations.listxattr(ANY, path("/file"))).containsExactly(name);
    operations.removexattr(ANY, path("/file"), name);
    assertThat(operations.listxattr(ANY, path("/file"))).isEmpty();
    assertFails(Errno.ENODATA, () -> operations.removexattr(ANY, path("/file"), name));
    byte[] acl = path("system.posix_acl_access");
    assertFails(Errno.ENOTSUP, () -> operations.getxattr(ANY, path("/file"), acl));
    assertFails(Errno.ENOTSUP, () -> operations.setxattr(ANY, path("/file"), acl, acl, 0));
    assertFails(Errno.ENOTSUP, () -> operations.removexattr(ANY, path("/file"), acl));
  }

  @Test
  void handles_that_are_not_open() {
    assertFails(Errno.EBADF, () -> operations.read(ANY, 99, ByteBuffer.allocate(1), 0));
    assertFails(Errno.EBADF, () -> operations.release(ANY, 99));
    assertFails(Errno.EBADF, () -> operations.readdir(ANY, 99, 0, (n, i, m, o) -> true));
    assertFails(Errno.EBADF, () -> operations.releasedir(ANY, 99));
    assertFails(Errno.EBADF, () -> operations.fsyncdir(ANY, 99));
  }

  @Test
  void space_is_told() throws IOException {
    SpaceStatus space = operations.statfs(ANY);
    assertThat(space.blocks()).isPositive();
    assertThat(space.blocksAvailable()).isPositive().isLessThanOrEqualTo(space.blocks());
    assertThat(space.blockSizeBytes()).isEqualTo(4096);
    assertThat(space.nameMaxBytes()).isEqualTo(255);
  }

  @Test
  void access_asks_for_existence() throws IOException {
    makeFile("/file", "x");
    operations.access(ANY, path("/file"), 0);
    operations.access(ANY, path("/file"), 2);
    assertFails(Errno.ENOENT, () -> operations.access(ANY, path("/none"), 0));
  }
}
