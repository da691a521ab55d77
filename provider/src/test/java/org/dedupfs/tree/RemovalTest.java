package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.tree.TreeFixture.assertFails;
import static org.dedupfs.tree.TreeFixture.bytes;

import java.io.IOException;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemovalTest {
  private TreeFixture fs;

  @BeforeEach
  void open() throws IOException {
    fs = TreeFixture.open();
    fs.mkdir("/d");
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  @Test
  void the_last_name_takes_the_inode_and_all_that_belongs_to_it_along() throws IOException {
    fs.write("/d/f", "x".repeat(10_000));
    InodeNumber f = fs.lstat("/d/f").number();
    fs.tree.setXattr(f, bytes("user.a"), bytes("v"), false, false);
    fs.commit();
    fs.unlink("/d/f");
    assertThat(fs.exists("/d/f")).isFalse();
    assertFails(Failure.NO_ENTRY, () -> fs.tree.stat(f));
    assertThat(fs.live.floor(RowKey.extents(f, Long.MAX_VALUE))).isNull();
    assertThat(fs.live.get(RowKey.xattr(f, bytes("user.a")))).isNull();
    assertThat(fs.live.counter(Counter.FILES)).isZero();
    assertThat(fs.live.counter(Counter.LOGICAL_BYTES)).isZero();
  }

  @Test
  void removing_a_name_sets_the_times_of_the_directory_and_of_what_is_left() throws IOException {
    Inode f = fs.create("/d/f");
    fs.link("/d/f", "/g");
    long now = fs.clock.tick();
    fs.unlink("/d/f");
    assertThat(fs.lstat("/d").modifyNanos()).isEqualTo(now);
    assertThat(fs.lstat("/d").changeNanos()).isEqualTo(now);
    Inode g = fs.lstat("/g");
    assertThat(g.nlink()).isEqualTo(1);
    assertThat(g.changeNanos()).isEqualTo(now);
    assertThat(g.modifyNanos()).isEqualTo(f.modifyNanos());
    assertThat(fs.live.counter(Counter.FILES)).isEqualTo(1);
  }

  @Test
  void a_link_goes_and_its_target_stays() throws IOException {
    fs.create("/f");
    InodeNumber link = fs.symlink("/l", "f").number();
    fs.unlink("/l");
    assertThat(fs.live.get(RowKey.symlink(link))).isNull();
    assertThat(fs.exists("/f")).isTrue();
  }

  @Test
  void a_directory_is_not_unlinked_and_a_file_not_removed_as_one() throws IOException {
    fs.create("/f");
    fs.symlink("/l", "d");
    assertFails(Failure.IS_DIRECTORY, () -> fs.unlink("/d"));
    assertFails(Failure.NOT_DIRECTORY, () -> fs.rmdir("/f"));
    assertFails(Failure.NOT_DIRECTORY, () -> fs.rmdir("/l"));
    assertFails(Failure.NO_ENTRY, () -> fs.unlink("/x"));
    assertFails(Failure.NO_ENTRY, () -> fs.rmdir("/x"));
  }

  @Test
  void only_an_empty_directory_is_removed() throws IOException {
    fs.create("/d/f");
    assertFails(Failure.NOT_EMPTY, () -> fs.rmdir("/d"));
    fs.unlink("/d/f");
    long now = fs.clock.tick();
    fs.rmdir("/d");
    Inode root = fs.lstat("/");
    assertThat(root.nlink()).isEqualTo(2);
    assertThat(root.modifyNanos()).isEqualTo(now);
    assertThat(root.changeNanos()).isEqualTo(now);
    assertThat(fs.live.counter(Counter.DIRECTORIES)).isEqualTo(1);
  }

  @Test
  void dots_are_never_removed() {
    InodeNumber root = InodeNumber.ROOT;
    assertFails(Failure.INVALID, () -> fs.tree.removeDirectory(root, FileName.of(".")));
    assertFails(Failure.NOT_EMPTY, () -> fs.tree.removeDirectory(root, FileName.of("..")));
    assertFails(Failure.IS_DIRECTORY, () -> fs.tree.unlink(root, FileName.of(".")));
  }

  @Test
  void inode_numbers_are_never_used_again() throws IOException {
    InodeNumber first = fs.create("/f").number();
    fs.unlink("/f");
    assertThat(fs.create("/f").number()).isGreaterThan(first);
  }

  @Test
  void a_file_whose_extents_are_damaged_can_be_unlinked() throws IOException {
    fs.write("/damaged", "some text");
    fs.write("/other", "other text");
    InodeNumber number = fs.lstat("/damaged").number();
    fs.commit();
    fs.store.commit(new MetadataBatch().delete(RowKey.extents(number, 0)));
    fs.crash();
    fs.unlink("/damaged");
    fs.commit();
    assertThat(fs.exists("/damaged")).isFalse();
    assertThat(fs.store.get(RowKey.inode(number))).isNull();
    assertThat(fs.store.get(RowKey.orphan(number))).isNull();
    assertThat(fs.live.counter(Counter.LOGICAL_BYTES)).isEqualTo(10);
    assertThat(fs.read("/other")).isEqualTo("other text");
  }
}
