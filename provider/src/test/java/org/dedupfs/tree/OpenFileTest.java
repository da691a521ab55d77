package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.tree.TreeFixture.assertFails;
import static org.dedupfs.tree.TreeFixture.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.Orphan;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenFileTest {
  private TreeFixture fs;

  @BeforeEach
  void open() throws IOException {
    fs = TreeFixture.open();
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(bytes(text));
  }

  private int orphans() throws IOException {
    return fs.live
        .range(
            RowKey.orphan(new InodeNumber(0)), RowKey.orphan(new InodeNumber(Long.MAX_VALUE)), 100)
        .size();
  }

  @Test
  void two_handles_of_one_file_see_each_others_writes_at_once() throws IOException {
    try (OpenFile one = fs.createAndOpen("/f");
        OpenFile two = fs.open("/f")) {
      one.write(0, buffer("hello"));
      assertThat(two.sizeBytes()).isEqualTo(5);
      assertThat(TreeFixture.read(two)).isEqualTo("hello");
      assertThat(fs.lstat("/f").sizeBytes()).isEqualTo(5);
      two.write(0, buffer("J"));
      one.close();
      assertThat(TreeFixture.read(two)).isEqualTo("Jello");
    }
  }

  @Test
  void a_file_unlinked_while_open_lives_until_its_last_close() throws IOException {
    OpenFile one = fs.createAndOpen("/f");
    one.write(0, buffer("text"));
    fs.commit();
    OpenFile two = fs.open("/f");
    long now = fs.clock.tick();
    fs.unlink("/f");
    assertThat(fs.exists("/f")).isFalse();
    assertThat(one.stat().nlink()).isZero();
    assertThat(one.stat().changeNanos()).isEqualTo(now);
    assertThat(orphans()).isEqualTo(1);
    assertThat(fs.live.counter(Counter.FILES)).isEqualTo(1);
    one.close();
    two.append(buffer(" goes on"));
    assertThat(TreeFixture.read(two)).isEqualTo("text goes on");
    two.setAttributes(AttributeChange.NONE.withPermissions(0600));
    two.sync();
    InodeNumber inode = two.inode();
    two.close();
    assertThat(orphans()).isZero();
    assertThat(fs.live.counter(Counter.FILES)).isZero();
    assertThat(fs.live.counter(Counter.LOGICAL_BYTES)).isZero();
    assertFails(Failure.NO_ENTRY, () -> fs.tree.stat(inode));
  }

  @Test
  void a_replaced_open_file_lives_on_beside_the_new_one() throws IOException {
    fs.write("/old", "old");
    fs.write("/new", "new");
    try (OpenFile old = fs.open("/old")) {
      fs.rename("/new", "/old");
      assertThat(TreeFixture.read(old)).isEqualTo("old");
      assertThat(fs.read("/old")).isEqualTo("new");
      assertThat(orphans()).isEqualTo(1);
    }
    assertThat(orphans()).isZero();
  }

  @Test
  void a_new_file_under_the_name_of_an_unlinked_open_one_is_another() throws IOException {
    try (OpenFile old = fs.createAndOpen("/f")) {
      old.write(0, buffer("old"));
      fs.unlink("/f");
      try (OpenFile young = fs.createAndOpen("/f")) {
        young.write(0, buffer("young"));
        old.append(buffer("er"));
        assertThat(TreeFixture.read(young)).isEqualTo("young");
        assertThat(TreeFixture.read(old)).isEqualTo("older");
      }
    }
    assertThat(fs.read("/f")).isEqualTo("young");
  }

  @Test
  void an_orphan_gets_no_name_again() throws IOException {
    try (OpenFile file = fs.createAndOpen("/f")) {
      fs.unlink("/f");
      assertFails(
          Failure.NO_ENTRY, () -> fs.tree.link(file.inode(), InodeNumber.ROOT, FileName.of("g")));
    }
  }

  @Test
  void a_large_file_is_purged_in_several_changes() throws IOException {
    InodeNumber inode;
    try (OpenFile file = fs.createAndOpen("/f")) {
      inode = file.inode();
      // one data block of 4 KiB in every other place, so that nothing can be joined
      ByteBuffer block = ByteBuffer.allocate(4096);
      for (int i = 0; i < 20_000; i++) {
        block.clear();
        block.putInt(0, i + 1);
        file.write(i * 8192L, block);
      }
    }
    fs.commit();
    assertThat(fs.live.counter(Counter.LOGICAL_BYTES)).isEqualTo(20_000L * 4096);
    fs.unlink("/f");
    assertThat(fs.live.get(RowKey.inode(inode))).isNull();
    assertThat(fs.live.floor(RowKey.extents(inode, Long.MAX_VALUE))).isNull();
    assertThat(fs.live.counter(Counter.LOGICAL_BYTES)).isZero();
    assertThat(orphans()).isZero();
  }

  @Test
  void orphans_that_a_crash_left_are_purged_after_opening() throws IOException {
    OpenFile file = fs.createAndOpen("/f");
    file.write(0, buffer("x".repeat(10_000)));
    fs.create("/g");
    fs.unlink("/f");
    fs.commit();
    fs.crash();
    assertThat(orphans()).isEqualTo(1);
    Orphan left =
        fs.live
            .range(RowKey.orphan(new InodeNumber(0)), RowKey.orphan(new InodeNumber(99)), 1)
            .get(0);
    assertThat(fs.tree.stat(left.inode()).sizeBytes()).isEqualTo(10_000);
    fs.tree.purgeOrphans();
    assertThat(orphans()).isZero();
    assertThat(fs.live.counter(Counter.FILES)).isEqualTo(1);
    assertThat(fs.live.counter(Counter.LOGICAL_BYTES)).isZero();
  }

  @Test
  void only_regular_files_are_opened() throws IOException {
    InodeNumber d = fs.mkdir("/d").number();
    InodeNumber link = fs.symlink("/l", "d").number();
    InodeNumber fifo =
        fs.tree
            .create(InodeNumber.ROOT, FileName.of("p"), new NewFile(FileType.FIFO, 0644, 1, 1, 0))
            .number();
    assertFails(Failure.IS_DIRECTORY, () -> fs.tree.open(d));
    assertFails(Failure.LOOP, () -> fs.tree.open(link));
    assertFails(Failure.NOT_SUPPORTED, () -> fs.tree.open(fifo));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.open(new InodeNumber(999)));
    assertFails(
        Failure.INVALID,
        () -> fs.tree.createAndOpen(InodeNumber.ROOT, FileName.of("x"), TreeFixture.directory(0)));
  }

  @Test
  void a_closed_handle_refuses_everything_but_closing() throws IOException {
    OpenFile file = fs.createAndOpen("/f");
    file.close();
    file.close();
    assertFails(Failure.BAD_HANDLE, () -> file.read(0, ByteBuffer.allocate(1)));
    assertFails(Failure.BAD_HANDLE, () -> file.write(0, buffer("x")));
    assertFails(Failure.BAD_HANDLE, () -> file.append(buffer("x")));
    assertFails(Failure.BAD_HANDLE, () -> file.setSize(1));
    assertFails(Failure.BAD_HANDLE, file::stat);
    assertFails(Failure.BAD_HANDLE, file::sync);
  }

  @Test
  void ranges_that_no_file_has_are_refused() throws IOException {
    try (OpenFile file = fs.createAndOpen("/f")) {
      assertFails(Failure.INVALID, () -> file.read(-1, ByteBuffer.allocate(1)));
      assertFails(Failure.INVALID, () -> file.write(-1, buffer("x")));
      assertFails(Failure.INVALID, () -> file.setSize(-1));
      assertFails(Failure.TOO_LARGE, () -> file.setSize(Tree.MAX_FILE_BYTES + 1));
      assertFails(Failure.TOO_LARGE, () -> file.write(Tree.MAX_FILE_BYTES, buffer("x")));
      assertFails(Failure.TOO_LARGE, () -> file.write(Long.MAX_VALUE, buffer("x")));
    }
  }

  @Test
  void closing_the_tree_closes_its_files() throws IOException {
    OpenFile file = fs.createAndOpen("/f");
    file.write(0, buffer("kept"));
    fs.tree.close();
    assertFails(Failure.BAD_HANDLE, () -> file.read(0, ByteBuffer.allocate(1)));
    assertFails(Failure.BAD_HANDLE, () -> fs.tree.open(file.inode()));
    assertFails(Failure.BAD_HANDLE, () -> fs.create("/g"));
    fs.commit();
    fs.crash();
    assertThat(fs.read("/f")).isEqualTo("kept");
    Inode kept = fs.lstat("/f");
    assertThat(kept.sizeBytes()).isEqualTo(4);
  }
}
