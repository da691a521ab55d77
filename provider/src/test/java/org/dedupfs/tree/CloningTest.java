package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.tree.TreeFixture.assertFails;
import static org.dedupfs.tree.TreeFixture.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Inode;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CloningTest {
  private TreeFixture fs;

  @BeforeEach
  void open() throws IOException {
    fs = TreeFixture.open();
    fs.write("/f", "text of the original");
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  @Test
  void a_clone_has_the_bytes_and_changes_by_itself() throws IOException {
    long now = fs.clock.tick();
    Inode clone = fs.clone("/f", "/g", false, false);
    assertThat(clone).isEqualTo(fs.lstat("/g"));
    assertThat(clone.number()).isNotEqualTo(fs.lstat("/f").number());
    assertThat(clone.mode()).isEqualTo(0100600);
    assertThat(clone.modifyNanos()).isEqualTo(now);
    assertThat(fs.lstat("/").modifyNanos()).isEqualTo(now);
    fs.write("/f", "other");
    assertThat(fs.read("/g")).isEqualTo("text of the original");
    fs.unlink("/f");
    assertThat(fs.read("/g")).isEqualTo("text of the original");
    fs.commit();
    assertThat(fs.live.counter(Counter.FILES)).isEqualTo(1);
    assertThat(fs.live.counter(Counter.LOGICAL_BYTES)).isEqualTo(20);
  }

  @Test
  void attributes_come_along_when_asked() throws IOException {
    Inode f = fs.lstat("/f");
    fs.tree.setAttributes(
        f.number(),
        AttributeChange.NONE
            .withOwner(3)
            .withGroup(4)
            .withPermissions(04711)
            .withTimes(11L, 12L, 13L));
    fs.tree.setXattr(f.number(), bytes("user.a"), bytes("v"), false, false);
    long now = fs.clock.tick();
    Inode clone = fs.clone("/f", "/g", true, false);
    assertThat(clone)
        .isEqualTo(
            new Inode.Builder(clone.number())
                .mode(0104711)
                .nlink(1)
                .uid(3)
                .gid(4)
                .sizeBytes(20)
                .allocatedBytes(20)
                .accessNanos(11)
                .modifyNanos(12)
                .birthNanos(13)
                .changeNanos(now)
                .build());
    assertThat(fs.tree.getXattr(clone.number(), bytes("user.a"))).isEqualTo(bytes("v"));
  }

  @Test
  void a_clone_replaces_an_existing_file_when_asked() throws IOException {
    fs.write("/g", "old");
    assertFails(Failure.EXISTS, () -> fs.clone("/f", "/g", false, false));
    try (OpenFile old = fs.open("/g")) {
      fs.clone("/f", "/g", false, true);
      assertThat(fs.read("/g")).isEqualTo("text of the original");
      assertThat(TreeFixture.read(old)).isEqualTo("old");
    }
    fs.symlink("/l", "g");
    fs.clone("/f", "/l", false, true);
    assertThat(fs.lstat("/l").isRegular()).isTrue();
    assertThat(fs.live.counter(Counter.FILES)).isEqualTo(3);
  }

  @Test
  void a_clone_onto_itself_changes_nothing() throws IOException {
    fs.link("/f", "/h");
    Inode before = fs.lstat("/f");
    fs.clock.tick();
    assertThat(fs.clone("/f", "/f", true, true)).isEqualTo(before);
    assertThat(fs.clone("/f", "/h", true, true)).isEqualTo(before);
    assertThat(fs.read("/h")).isEqualTo("text of the original");
  }

  @Test
  void only_regular_files_are_cloned_and_no_directory_is_replaced() throws IOException {
    fs.mkdir("/d");
    fs.symlink("/l", "f");
    assertFails(Failure.IS_DIRECTORY, () -> fs.clone("/d", "/x", false, false));
    assertFails(Failure.INVALID, () -> fs.clone("/l", "/x", false, false));
    assertFails(Failure.IS_DIRECTORY, () -> fs.clone("/f", "/d", false, true));
    assertFails(Failure.EXISTS, () -> fs.clone("/f", "/d", false, false));
  }

  @Test
  void what_was_just_written_is_in_the_clone() throws IOException {
    try (OpenFile file = fs.open("/f")) {
      file.append(ByteBuffer.wrap(bytes(", and more")));
      fs.clone("/f", "/g", false, false);
      assertThat(fs.read("/g")).isEqualTo("text of the original, and more");
    }
  }

  @Test
  void an_unlinked_open_file_can_be_cloned() throws IOException {
    try (OpenFile file = fs.open("/f")) {
      fs.unlink("/f");
      PathLookup at = fs.at("/g");
      fs.tree.cloneFile(file.inode(), at.parent(), at.name(), TreeFixture.file(0644), true, false);
      assertThat(fs.lstat("/g").nlink()).isEqualTo(1);
    }
    assertThat(fs.read("/g")).isEqualTo("text of the original");
  }
}
