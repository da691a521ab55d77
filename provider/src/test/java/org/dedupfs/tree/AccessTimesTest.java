package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTimesTest {

  /** Makes what can be read, two hours later than the fixture starts. */
  private static TreeFixture open(AccessPolicy policy) throws IOException {
    TreeFixture fs = new TreeFixture(policy);
    fs.mkdir("/d");
    fs.write("/f", "text");
    fs.symlink("/l", "f");
    fs.clock.advance(Duration.ofHours(2));
    return fs;
  }

  private static void read(TreeFixture fs, String path) throws IOException {
    Inode inode = fs.lstat(path);
    switch (inode.type()) {
      case DIRECTORY -> fs.tree.list(inode.number(), 0, 10);
      case SYMLINK -> fs.tree.readSymlink(inode.number());
      default -> fs.read(path);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/d", "/f", "/l"})
  void relatime_sets_it_once_after_each_change_and_once_a_day(String path) throws IOException {
    try (TreeFixture fs = open(AccessPolicy.RELATIME)) {
      Inode before = fs.lstat(path);
      long first = fs.clock.nanos();
      read(fs, path);
      assertThat(fs.lstat(path)).isEqualTo(before.toBuilder().accessNanos(first).build());

      fs.clock.advance(Duration.ofHours(23));
      read(fs, path);
      assertThat(fs.lstat(path).accessNanos()).isEqualTo(first);

      fs.clock.advance(Duration.ofHours(1));
      read(fs, path);
      assertThat(fs.lstat(path).accessNanos()).isEqualTo(fs.clock.nanos());

      long changed = fs.clock.advance(Duration.ofMinutes(1));
      fs.tree.setAttributes(before.number(), AttributeChange.NONE.withOwner(3));
      long read = fs.clock.advance(Duration.ofMinutes(1));
      read(fs, path);
      assertThat(fs.lstat(path).accessNanos()).isEqualTo(read);
      assertThat(fs.lstat(path).changeNanos()).isEqualTo(changed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/d", "/f", "/l"})
  void noatime_never_sets_it(String path) throws IOException {
    try (TreeFixture fs = open(AccessPolicy.NOATIME)) {
      Inode before = fs.lstat(path);
      fs.clock.advance(Duration.ofDays(3));
      read(fs, path);
      assertThat(fs.lstat(path)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/d", "/f", "/l"})
  void strict_sets_it_every_time(String path) throws IOException {
    try (TreeFixture fs = open(AccessPolicy.STRICT)) {
      for (int i = 0; i < 3; i++) {
        long now = fs.clock.tick();
        read(fs, path);
        assertThat(fs.lstat(path).accessNanos()).isEqualTo(now);
      }
    }
  }

  @Test
  void a_link_that_a_path_goes_through_is_read() throws IOException {
    try (TreeFixture fs = open(AccessPolicy.RELATIME)) {
      fs.stat("/l");
      assertThat(fs.lstat("/l").accessNanos()).isEqualTo(fs.clock.nanos());
    }
  }

  @Test
  void a_write_makes_the_next_read_count() throws IOException {
    try (TreeFixture fs = open(AccessPolicy.RELATIME);
        OpenFile file = fs.open("/f")) {
      file.read(0, ByteBuffer.allocate(4));
      fs.clock.tick();
      file.write(0, ByteBuffer.wrap(TreeFixture.bytes("text")));
      long read = fs.clock.tick();
      file.read(0, ByteBuffer.allocate(4));
      assertThat(file.stat().accessNanos()).isEqualTo(read);
    }
  }

  /** What a handle knows of earlier reads holds until something changes, by whatever door. */
  @Test
  void a_handle_that_reads_again_and_again_notices_each_change() throws IOException {
    try (TreeFixture fs = open(AccessPolicy.RELATIME);
        OpenFile file = fs.open("/f");
        OpenFile other = fs.open("/f")) {
      long first = fs.clock.tick();
      readOften(file);
      assertThat(file.stat().accessNanos()).isEqualTo(first);

      other.write(0, ByteBuffer.wrap(TreeFixture.bytes("more")));
      long second = fs.clock.tick();
      readOften(file);
      assertThat(file.stat().accessNanos()).isEqualTo(second);

      fs.tree.setAttributes(file.inode(), AttributeChange.NONE.withTimes(1L, null, null));
      long third = fs.clock.tick();
      readOften(file);
      assertThat(file.stat().accessNanos()).isEqualTo(third);

      fs.clock.advance(Duration.ofDays(1).minusNanos(1));
      readOften(file);
      assertThat(file.stat().accessNanos()).isEqualTo(third);
      long nextDay = fs.clock.tick();
      readOften(file);
      assertThat(file.stat().accessNanos()).isEqualTo(nextDay);
    }
  }

  @Test
  void an_access_time_in_the_far_future_stays() throws IOException {
    try (TreeFixture fs = open(AccessPolicy.RELATIME);
        OpenFile file = fs.open("/f")) {
      long future = Long.MAX_VALUE - 1;
      fs.tree.setAttributes(file.inode(), AttributeChange.NONE.withTimes(future, null, null));
      readOften(file);
      assertThat(file.stat().accessNanos()).isEqualTo(future);
    }
  }

  private static void readOften(OpenFile file) throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThat(file.read(0, ByteBuffer.allocate(4))).isEqualTo(4);
    }
  }

  @Test
  void a_clone_reads_its_source() throws IOException {
    try (TreeFixture fs = open(AccessPolicy.RELATIME)) {
      Inode before = fs.lstat("/f");
      NewFile file = new NewFile(FileType.REGULAR, 0644, 0, 0, 0);
      FileName name = FileName.of(TreeFixture.bytes("copy"));
      Inode copy = fs.tree.cloneFile(before.number(), InodeNumber.ROOT, name, file, true, false);
      assertThat(copy.accessNanos()).isEqualTo(before.accessNanos());
      assertThat(fs.lstat("/f"))
          .isEqualTo(before.toBuilder().accessNanos(fs.clock.nanos()).build());
    }
  }

  @Test
  void a_read_only_tree_leaves_it() throws IOException {
    try (TreeFixture fs = open(AccessPolicy.STRICT)) {
      InodeNumber f = fs.lstat("/f").number();
      Inode before = fs.tree.stat(f);
      Tree tree = fs.readOnlyTree();
      try (OpenFile file = tree.open(f)) {
        assertThat(file.read(0, ByteBuffer.allocate(4))).isEqualTo(4);
      }
      assertThat(tree.stat(f)).isEqualTo(before);
    }
  }
}
