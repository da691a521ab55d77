package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.tree.TreeFixture.assertFails;
import static org.dedupfs.tree.TreeFixture.bytes;

import java.io.IOException;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class XattrsTest {
  private static final byte[] NAME = bytes("user.comment");

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

  private void set(InodeNumber inode, String name, String value) throws IOException {
    fs.tree.setXattr(inode, bytes(name), bytes(value), false, false);
  }

  @Test
  void a_value_is_kept_as_it_is_until_removed() throws IOException {
    assertThat(fs.tree.getXattr(f, NAME)).isNull();
    byte[] value = {0, (byte) 0xFF, '\n'};
    fs.tree.setXattr(f, NAME, value, false, false);
    assertThat(fs.tree.getXattr(f, NAME)).isEqualTo(value);
    set(f, "user.comment", "");
    assertThat(fs.tree.getXattr(f, NAME)).isEmpty();
    fs.tree.removeXattr(f, NAME);
    assertThat(fs.tree.getXattr(f, NAME)).isNull();
    assertFails(Failure.NO_ATTRIBUTE, () -> fs.tree.removeXattr(f, NAME));
  }

  @Test
  void access_control_lists_are_kept_as_they_are() throws IOException {
    set(f, "system.posix_acl_access", "not looked at");
    assertThat(fs.tree.getXattr(f, bytes("system.posix_acl_access")))
        .isEqualTo(bytes("not looked at"));
    assertFails(Failure.NOT_SUPPORTED, () -> set(f, "system.posix_acl_other", "v"));
  }

  @Test
  void names_are_listed_in_order_however_many() throws IOException {
    for (int i = 0; i < 200; i++) {
      set(f, String.format("user.%03d", i), "v");
    }
    assertThat(fs.tree.listXattrs(f)).hasSize(200);
    assertThat(fs.tree.listXattrs(f).get(199)).isEqualTo(bytes("user.199"));
    fs.unlink("/f");
  }

  @Test
  void create_and_replace_are_told_apart() throws IOException {
    assertFails(Failure.NO_ATTRIBUTE, () -> fs.tree.setXattr(f, NAME, bytes("1"), true, false));
    fs.tree.setXattr(f, NAME, bytes("1"), false, true);
    assertFails(Failure.EXISTS, () -> fs.tree.setXattr(f, NAME, bytes("2"), false, true));
    fs.tree.setXattr(f, NAME, bytes("3"), true, false);
    assertThat(fs.tree.getXattr(f, NAME)).isEqualTo(bytes("3"));
  }

  @Test
  void changing_one_sets_the_change_time() throws IOException {
    long modified = fs.lstat("/f").modifyNanos();
    long set = fs.clock.tick();
    set(f, "user.comment", "v");
    assertThat(fs.lstat("/f").changeNanos()).isEqualTo(set);
    long removed = fs.clock.tick();
    fs.tree.removeXattr(f, NAME);
    assertThat(fs.lstat("/f").changeNanos()).isEqualTo(removed);
    assertThat(fs.lstat("/f").modifyNanos()).isEqualTo(modified);
  }

  @Test
  void limits_are_those_of_linux() throws IOException {
    set(f, "user." + "n".repeat(250), "v");
    assertFails(Failure.OUT_OF_RANGE, () -> set(f, "user." + "n".repeat(251), "v"));
    assertFails(Failure.OUT_OF_RANGE, () -> set(f, "", "v"));
    set(f, "user.v", "v".repeat(65_536));
    assertFails(Failure.ARGUMENT_TOO_LARGE, () -> set(f, "user.v", "v".repeat(65_537)));
    assertFails(
        Failure.NO_SPACE,
        () -> {
          for (int i = 0; i < 300; i++) {
            set(f, "user." + i + "n".repeat(245), "v");
          }
        });
    assertThat(fs.tree.listXattrs(f).stream().mapToInt(name -> name.length + 1).sum())
        .isLessThanOrEqualTo(65_536);
  }

  @Test
  void names_need_a_namespace_that_we_know() {
    assertFails(Failure.NOT_SUPPORTED, () -> set(f, "comment", "v"));
    assertFails(Failure.NOT_SUPPORTED, () -> set(f, "system.nfs4_acl", "v"));
    assertFails(Failure.NOT_SUPPORTED, () -> fs.tree.getXattr(f, bytes("other.x")));
    assertFails(Failure.INVALID, () -> set(f, "user.", "v"));
    assertFails(Failure.INVALID, () -> set(f, "user.a\0b", "v"));
  }

  @Test
  void only_files_and_directories_have_attributes_of_users() throws IOException {
    InodeNumber d = fs.mkdir("/d").number();
    InodeNumber link = fs.symlink("/l", "f").number();
    InodeNumber fifo =
        fs.tree
            .create(InodeNumber.ROOT, FileName.of("p"), new NewFile(FileType.FIFO, 0644, 1, 1, 0))
            .number();
    set(d, "user.a", "v");
    for (InodeNumber other : new InodeNumber[] {link, fifo}) {
      assertFails(Failure.NOT_PERMITTED, () -> set(other, "user.a", "v"));
      set(other, "trusted.a", "v");
      set(other, "security.a", "v");
      assertThat(fs.tree.listXattrs(other))
          .containsExactly(bytes("security.a"), bytes("trusted.a"));
    }
    fs.rmdir("/d");
    fs.unlink("/l");
  }

  @Test
  void attributes_belong_to_one_inode_and_go_with_it() throws IOException {
    InodeNumber g = fs.create("/g").number();
    set(f, "user.a", "f");
    set(g, "user.a", "g");
    fs.unlink("/f");
    assertThat(fs.tree.getXattr(g, bytes("user.a"))).isEqualTo(bytes("g"));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.getXattr(f, bytes("user.a")));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.listXattrs(f));
    assertFails(Failure.NO_ENTRY, () -> set(f, "user.a", "v"));
  }
}
