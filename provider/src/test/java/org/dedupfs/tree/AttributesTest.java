package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.tree.TreeFixture.assertFails;
import static org.dedupfs.tree.TreeFixture.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttributesTest {
  private TreeFixture fs;
  private InodeNumber f;

  @BeforeEach
  void open() throws IOException {
    fs = TreeFixture.open();
    f = fs.create("/f").number();
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  private Inode set(AttributeChange change) throws IOException {
    return fs.tree.setAttributes(f, change);
  }

  @Test
  void every_change_sets_the_change_time_and_nothing_else() throws IOException {
    for (AttributeChange change :
        List.of(
            AttributeChange.NONE.withPermissions(0600),
            AttributeChange.NONE.withOwner(5),
            AttributeChange.NONE.withGroup(6),
            AttributeChange.NONE.withTimes(1L, null, null))) {
      Inode before = fs.tree.stat(f);
      long now = fs.clock.tick();
      Inode after = set(change);
      assertThat(after).isEqualTo(fs.tree.stat(f));
      assertThat(after.changeNanos()).as("%s", change).isEqualTo(now);
      assertThat(after.modifyNanos()).isEqualTo(before.modifyNanos());
      assertThat(after.birthNanos()).isEqualTo(before.birthNanos());
    }
    Inode last = fs.tree.stat(f);
    assertThat(last.mode()).isEqualTo(0100600);
    assertThat(last.uid()).isEqualTo(5);
    assertThat(last.gid()).isEqualTo(6);
    assertThat(last.accessNanos()).isEqualTo(1);
  }

  @Test
  void times_are_kept_to_the_nanosecond_before_1970_too() throws IOException {
    Inode after =
        set(
            AttributeChange.NONE.withTimes(
                -1L, 1_557_043_200_123_456_789L, -9_000_000_000_000_000_001L));
    assertThat(after.accessNanos()).isEqualTo(-1);
    assertThat(after.modifyNanos()).isEqualTo(1_557_043_200_123_456_789L);
    assertThat(after.birthNanos()).isEqualTo(-9_000_000_000_000_000_001L);
  }

  @Test
  void no_change_changes_nothing() throws IOException {
    Inode before = fs.tree.stat(f);
    fs.clock.tick();
    assertThat(set(AttributeChange.NONE)).isEqualTo(before).isEqualTo(fs.tree.stat(f));
  }

  @Test
  void permissions_are_twelve_bits_and_keep_the_type() throws IOException {
    assertThat(set(AttributeChange.NONE.withPermissions(0177777)).mode()).isEqualTo(0107777);
  }

  @Test
  void a_new_owner_takes_setuid_and_setgid_from_files_as_on_linux() throws IOException {
    set(AttributeChange.NONE.withPermissions(06755));
    assertThat(set(AttributeChange.NONE.withOwner(5)).mode()).isEqualTo(0100755);
    set(AttributeChange.NONE.withPermissions(06755));
    assertThat(set(AttributeChange.NONE.withGroup(5)).mode()).isEqualTo(0100755);
    set(AttributeChange.NONE.withPermissions(06745));
    assertThat(set(AttributeChange.NONE.withGroup(6)).mode())
        .as("without group execution setgid means locking")
        .isEqualTo(0102745);
    assertThat(set(AttributeChange.NONE.withOwner(7).withPermissions(06755)).mode())
        .isEqualTo(0106755);
  }

  @Test
  void a_new_owner_leaves_the_bits_of_directories() throws IOException {
    InodeNumber d = fs.mkdir("/d").number();
    fs.tree.setAttributes(d, AttributeChange.NONE.withPermissions(07755));
    assertThat(fs.tree.setAttributes(d, AttributeChange.NONE.withOwner(5)).mode())
        .isEqualTo(0047755);
  }

  @Test
  void a_link_has_an_owner_and_times_but_no_permissions() throws IOException {
    InodeNumber link = fs.symlink("/l", "f").number();
    assertFails(
        Failure.NOT_SUPPORTED,
        () -> fs.tree.setAttributes(link, AttributeChange.NONE.withPermissions(0600)));
    Inode after =
        fs.tree.setAttributes(link, AttributeChange.NONE.withOwner(9).withTimes(1L, 2L, null));
    assertThat(after.uid()).isEqualTo(9);
    assertThat(after.modifyNanos()).isEqualTo(2);
    assertThat(fs.tree.stat(f).uid()).isEqualTo(TreeFixture.UID);
  }

  @Test
  void writing_leaves_setuid_until_it_is_asked_to_go() throws IOException {
    set(AttributeChange.NONE.withPermissions(06755));
    fs.tree.setXattr(f, bytes("security.capability"), bytes("c"), false, false);
    try (OpenFile file = fs.open("/f")) {
      file.write(0, ByteBuffer.wrap(bytes("x")));
      assertThat(file.stat().mode()).isEqualTo(0106755);
      long now = fs.clock.tick();
      file.clearPrivileges();
      assertThat(file.stat().mode()).isEqualTo(0100755);
      assertThat(file.stat().changeNanos()).isEqualTo(now);
      assertThat(fs.tree.getXattr(f, bytes("security.capability"))).isNull();
      fs.clock.tick();
      file.clearPrivileges();
      assertThat(file.stat().changeNanos()).as("nothing left to clear").isEqualTo(now);
    }
  }

  @Test
  void times_that_were_set_are_not_overrun_by_earlier_writes() throws IOException {
    try (OpenFile file = fs.open("/f")) {
      fs.clock.tick();
      file.write(0, ByteBuffer.wrap(bytes("x")));
      file.setAttributes(AttributeChange.NONE.withTimes(10L, 20L, null));
      assertThat(file.stat().modifyNanos()).isEqualTo(20);
    }
    fs.commit();
    assertThat(fs.lstat("/f").modifyNanos()).isEqualTo(20);
    assertThat(fs.lstat("/f").accessNanos()).isEqualTo(10);
  }

  @Test
  void attributes_of_what_is_gone_are_refused() throws IOException {
    fs.unlink("/f");
    assertFails(Failure.NO_ENTRY, () -> set(AttributeChange.NONE.withOwner(1)));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.stat(f));
  }
}
