package org.dedupfs.bridge.jnr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.dedupfs.bridge.Errno;
import org.junit.jupiter.api.Test;

/** Attributes, of files and of the file system, by the system calls that ask for and set them. */
final class AttributesMountIT extends MountFixture {
  private static final int S_IFIFO = 0010000;
  private static final int XATTR_CREATE = 1;
  private static final int AT_FDCWD = -100;
  private static final long UTIME_NOW = (1L << 30) - 1;
  private static final long UTIME_OMIT = (1L << 30) - 2;

  @Test
  void modes_and_owners_are_set() throws Exception {
    Path file = Files.createFile(child.path("owned"));
    assertThat(POSIX.chmod(c(file), 0741)).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rwxr----x");
    Integer uid = (Integer) Files.getAttribute(temp, "unix:uid");
    Files.setAttribute(file, "unix:uid", uid);
    assertThat(child.heard("chown " + uid + " -1")).isEqualTo(1);
    assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(uid);
  }

  @Test
  void special_files_are_made() throws Exception {
    Path fifo = child.path("fifo");
    assertThat(POSIX.mknod(c(fifo), S_IFIFO | 0600, 0)).isZero();
    int mode = (Integer) Files.getAttribute(fifo, "unix:mode");
    assertThat(Integer.toOctalString(mode)).isEqualTo("10600");
  }

  @Test
  void times_are_kept_to_the_nanosecond_before_and_after_the_epoch() throws Exception {
    Path file = Files.createFile(child.path("timed"));
    for (String text :
        List.of("2001-02-03T04:05:06.789012345Z", "1901-02-03T04:05:06.000000001Z")) {
      Instant time = Instant.parse(text);
      long[] times = {time.getEpochSecond(), time.getNano(), time.getEpochSecond(), time.getNano()};
      assertThat(POSIX.utimensat(AT_FDCWD, c(file), times, 0)).isZero();
      assertThat(((FileTime) Files.getAttribute(file, "unix:lastAccessTime")).toInstant())
          .isEqualTo(time);
      assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(time);
    }
  }

  @Test
  void one_time_alone_can_be_set_and_now_is_one_moment() throws Exception {
    Path file = Files.createFile(child.path("touched"));
    assertThat(POSIX.utimensat(AT_FDCWD, c(file), new long[] {5, 0, 5, 0}, 0)).isZero();
    long[] modifyOnly = {0, UTIME_OMIT, 7, 8};
    assertThat(POSIX.utimensat(AT_FDCWD, c(file), modifyOnly, 0)).isZero();
    assertThat(child.heard("utimens null 7000000008")).isEqualTo(1);
    long[] accessOnly = {9, 1, 0, UTIME_OMIT};
    assertThat(POSIX.utimensat(AT_FDCWD, c(file), accessOnly, 0)).isZero();
    assertThat(child.heard("utimens 9000000001 null")).isEqualTo(1);
    long[] now = {0, UTIME_NOW, 0, UTIME_NOW};
    assertThat(POSIX.utimensat(AT_FDCWD, c(file), now, 0)).isZero();
    String[] told = child.ask("heard utimens [0-9]{15,} [0-9]{15,}").split(" ", -1);
    assertThat(told[3]).isEqualTo(told[4]);
    Instant set = Files.getLastModifiedTime(file).toInstant();
    assertThat(Duration.between(set, Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void extended_attributes_keep_to_their_protocol() throws Exception {
    byte[] path = c(Files.createFile(child.path("coloured")));
    byte[] name = c("user.colour".getBytes(UTF_8));
    assertThat(POSIX.lgetxattr(path, name, null, 0)).isEqualTo(-1);
    assertThat(errno()).isEqualTo(Errno.ENODATA.number());
    byte[] red = {'r', 'e', 'd'};
    assertThat(POSIX.lsetxattr(path, name, red, red.length, XATTR_CREATE)).isZero();
    assertThat(child.heard("setxattr 1")).isEqualTo(1);
    assertThat(POSIX.lgetxattr(path, name, null, 0)).isEqualTo(3);
    assertThat(POSIX.lgetxattr(path, name, new byte[2], 2)).isEqualTo(-1);
    assertThat(errno()).isEqualTo(Errno.ERANGE.number());
    byte[] value = new byte[10];
    assertThat(POSIX.lgetxattr(path, name, value, value.length)).isEqualTo(3);
    assertThat(Arrays.copyOf(value, 3)).isEqualTo(red);
    byte[] empty = c("user.empty".getBytes(UTF_8));
    assertThat(POSIX.lsetxattr(path, empty, new byte[1], 0, 0)).isZero();
    assertThat(POSIX.lgetxattr(path, empty, value, value.length)).isZero();
    assertThat(POSIX.llistxattr(path, null, 0)).isEqualTo(name.length + empty.length);
    byte[] list = new byte[name.length + empty.length];
    assertThat(POSIX.llistxattr(path, list, list.length)).isEqualTo(list.length);
    assertThat(new String(list, UTF_8)).isEqualTo("user.colour\0user.empty\0");
    assertThat(POSIX.lremovexattr(path, name)).isZero();
    assertThat(POSIX.lremovexattr(path, name)).isEqualTo(-1);
    assertThat(errno()).isEqualTo(Errno.ENODATA.number());
  }

  @Test
  void space_is_told() throws Exception {
    FileStore store = Files.getFileStore(child.path(""));
    assertThat(store.getTotalSpace()).isEqualTo(1000 * 4096L);
    assertThat(store.getUnallocatedSpace()).isEqualTo(900 * 4096L);
    assertThat(store.getUsableSpace()).isEqualTo(800 * 4096L);
    assertThat(MountChild.run("stat", "-f", "-c", "%c %d %l %s", child.path("").toString()))
        .isEqualTo("700 600 255 4096\n");
  }
}
