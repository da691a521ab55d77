package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.tree.TreeFixture.assertFails;
import static org.dedupfs.tree.TreeFixture.bytes;
import static org.dedupfs.tree.TreeFixture.directory;
import static org.dedupfs.tree.TreeFixture.file;

import java.io.IOException;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CreationTest {
  private static final FileName NAME = FileName.of("n");

  private TreeFixture fs;

  @BeforeEach
  void open() throws IOException {
    fs = TreeFixture.open();
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  @Test
  void the_root_is_its_own_parent() throws IOException {
    Inode root = fs.lstat("/");
    assertThat(root.number()).isEqualTo(InodeNumber.ROOT);
    assertThat(root.parent()).isEqualTo(InodeNumber.ROOT);
    assertThat(root.mode()).isEqualTo(0040755);
    assertThat(root.nlink()).isEqualTo(2);
    assertThat(fs.live.counter(Counter.DIRECTORIES)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = FileType.class,
      names = {"DIRECTORY", "SYMLINK"},
      mode = EnumSource.Mode.EXCLUDE)
  void a_file_of_any_type_starts_as_asked_for(FileType type) throws IOException {
    long now = fs.clock.tick();
    Inode made = fs.tree.create(InodeNumber.ROOT, NAME, new NewFile(type, 06751, 7, 8, 0x0105));
    assertThat(fs.lstat("/n")).isEqualTo(made);
    assertThat(made.mode()).isEqualTo(type.modeBits() | 06751);
    assertThat(made.nlink()).isEqualTo(1);
    assertThat(made.uid()).isEqualTo(7);
    assertThat(made.gid()).isEqualTo(8);
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    assertThat(made.rdev()).isEqualTo(device ? 0x0105 : 0);
    assertThat(made.sizeBytes()).isZero();
    assertThat(new long[] {made.accessNanos(), made.modifyNanos(), made.changeNanos()})
        .containsOnly(now);
    assertThat(made.birthNanos()).isEqualTo(now);
    assertThat(fs.live.counter(Counter.FILES)).isEqualTo(1);
  }

  @Test
  void a_directory_counts_its_subdirectories() throws IOException {
    Inode d = fs.mkdir("/d");
    assertThat(d.mode()).isEqualTo(0040755);
    assertThat(d.nlink()).isEqualTo(2);
    assertThat(d.parent()).isEqualTo(InodeNumber.ROOT);
    fs.mkdir("/d/e");
    fs.create("/d/f");
    assertThat(fs.lstat("/d").nlink()).isEqualTo(3);
    assertThat(fs.lstat("/").nlink()).isEqualTo(3);
    assertThat(fs.live.counter(Counter.DIRECTORIES)).isEqualTo(3);
  }

  @Test
  void a_new_name_sets_the_times_of_its_directory() throws IOException {
    fs.mkdir("/d");
    long before = fs.clock.nanos();
    long now = fs.clock.tick();
    fs.create("/d/f");
    assertThat(fs.lstat("/d").modifyNanos()).isEqualTo(now);
    assertThat(fs.lstat("/d").changeNanos()).isEqualTo(now);
    assertThat(fs.lstat("/d").accessNanos()).isEqualTo(before);
    assertThat(fs.lstat("/").modifyNanos()).isEqualTo(before);
  }

  @Test
  void a_link_keeps_its_target_as_it_is() throws IOException {
    byte[] target = {'.', '.', '/', (byte) 0xFF, '/', '/', ' '};
    Inode link = fs.tree.makeSymlink(InodeNumber.ROOT, NAME, target, file(0));
    assertThat(link.mode()).isEqualTo(0120777);
    assertThat(link.sizeBytes()).isEqualTo(target.length);
    assertThat(fs.tree.readSymlink(link.number())).isEqualTo(target);
    assertFails(Failure.INVALID, () -> fs.tree.readSymlink(InodeNumber.ROOT));
  }

  @Test
  void a_link_target_has_1_to_4095_bytes_and_no_nul() throws IOException {
    fs.symlink("/longest", "t".repeat(4095));
    assertFails(Failure.NAME_TOO_LONG, () -> fs.symlink("/l", "t".repeat(4096)));
    assertFails(Failure.NO_ENTRY, () -> fs.symlink("/l", ""));
    assertFails(Failure.INVALID, () -> fs.symlink("/l", "a\0b"));
    assertThat(fs.exists("/l")).isFalse();
  }

  @Test
  void nothing_is_made_over_an_existing_name() throws IOException {
    fs.create("/n");
    fs.mkdir("/d");
    for (FileName name : new FileName[] {NAME, FileName.of("d")}) {
      assertFails(Failure.EXISTS, () -> fs.tree.create(InodeNumber.ROOT, name, file(0)));
      assertFails(Failure.EXISTS, () -> fs.tree.createAndOpen(InodeNumber.ROOT, name, file(0)));
      assertFails(
          Failure.EXISTS, () -> fs.tree.makeDirectory(InodeNumber.ROOT, name, directory(0)));
      assertFails(
          Failure.EXISTS, () -> fs.tree.makeSymlink(InodeNumber.ROOT, name, bytes("t"), file(0)));
    }
    assertThat(fs.names("/")).containsExactly("d", "n");
  }

  @Test
  void dots_and_names_that_are_too_long_are_never_made() {
    for (String dots : new String[] {".", ".."}) {
      assertFails(
          Failure.EXISTS, () -> fs.tree.create(InodeNumber.ROOT, FileName.of(dots), file(0)));
      assertFails(
          Failure.EXISTS,
          () -> fs.tree.makeDirectory(InodeNumber.ROOT, FileName.of(dots), directory(0)));
    }
    FileName tooLong = FileName.of("n".repeat(256));
    assertFails(Failure.NAME_TOO_LONG, () -> fs.tree.create(InodeNumber.ROOT, tooLong, file(0)));
  }

  @Test
  void names_are_bytes_and_need_not_be_utf8() throws IOException {
    FileName name = FileName.of(new byte[] {(byte) 0xFF, (byte) 0xFE, '\n'});
    Inode made = fs.tree.create(InodeNumber.ROOT, name, file(0644));
    assertThat(fs.tree.list(InodeNumber.ROOT, 0, 10).get(0).name()).isEqualTo(name);
    assertThat(fs.tree.entry(InodeNumber.ROOT, name).inode()).isEqualTo(made.number());
  }

  @Test
  void nothing_is_made_in_a_file_or_in_a_removed_directory() throws IOException {
    InodeNumber f = fs.create("/f").number();
    InodeNumber d = fs.mkdir("/d").number();
    fs.rmdir("/d");
    assertFails(Failure.NOT_DIRECTORY, () -> fs.tree.create(f, NAME, file(0)));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.create(d, NAME, file(0)));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.makeDirectory(d, NAME, directory(0)));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.link(f, d, NAME));
    assertFails(
        Failure.NO_ENTRY, () -> fs.tree.rename(InodeNumber.ROOT, FileName.of("f"), d, NAME, true));
  }

  @Test
  void a_setgid_directory_hands_its_group_down_and_its_bit_to_directories() throws IOException {
    InodeNumber d =
        fs.tree
            .makeDirectory(InodeNumber.ROOT, NAME, new NewFile(FileType.DIRECTORY, 02775, 1, 50, 0))
            .number();
    Inode f = fs.tree.create(d, FileName.of("f"), file(0644));
    Inode e = fs.tree.makeDirectory(d, FileName.of("e"), directory(0700));
    Inode l = fs.tree.makeSymlink(d, FileName.of("l"), bytes("t"), file(0777));
    assertThat(new int[] {f.gid(), e.gid(), l.gid()}).containsOnly(50);
    assertThat(f.mode()).isEqualTo(0100644);
    assertThat(e.mode()).isEqualTo(0042700);
    assertThat(f.uid()).isEqualTo(TreeFixture.UID);
  }

  @Test
  void a_hard_link_is_one_more_name_of_the_same_inode() throws IOException {
    Inode f = fs.create("/f");
    fs.mkdir("/d");
    long now = fs.clock.tick();
    Inode linked = fs.link("/f", "/d/g");
    assertThat(linked.number()).isEqualTo(f.number());
    assertThat(linked.nlink()).isEqualTo(2);
    assertThat(fs.lstat("/f")).isEqualTo(linked).isEqualTo(fs.lstat("/d/g"));
    assertThat(linked.changeNanos()).isEqualTo(now);
    assertThat(linked.modifyNanos()).isEqualTo(f.modifyNanos());
    assertThat(fs.lstat("/d").modifyNanos()).isEqualTo(now);
    assertThat(fs.live.counter(Counter.FILES)).isEqualTo(1);
  }

  @Test
  void a_directory_gets_no_second_name() throws IOException {
    fs.mkdir("/d");
    assertFails(Failure.NOT_PERMITTED, () -> fs.link("/d", "/e"));
    fs.create("/f");
    assertFails(Failure.EXISTS, () -> fs.link("/f", "/d"));
    assertFails(Failure.EXISTS, () -> fs.link("/f", "/f"));
  }

  @Test
  void an_inode_with_the_most_names_gets_no_more() throws IOException {
    InodeNumber f = fs.create("/f").number();
    setNlink(f, Tree.MAX_LINKS);
    assertFails(Failure.TOO_MANY_LINKS, () -> fs.link("/f", "/g"));
    setNlink(f, 1);
    InodeNumber d = fs.mkdir("/d").number();
    fs.mkdir("/e");
    setNlink(d, Tree.MAX_LINKS);
    assertFails(Failure.TOO_MANY_LINKS, () -> fs.mkdir("/d/x"));
    assertFails(Failure.TOO_MANY_LINKS, () -> fs.rename("/e", "/d/e"));
    setNlink(d, 2);
  }

  private void setNlink(InodeNumber inode, int nlink) throws IOException {
    Inode row = fs.tree.stat(inode);
    try (Change change = fs.live.begin()) {
      change.put(row.toBuilder().nlink(nlink).build());
      change.publish();
    }
  }

  @Test
  void a_read_only_tree_refuses_every_change() throws IOException {
    Inode f = fs.create("/n");
    Tree tree = fs.readOnlyTree();
    InodeNumber root = InodeNumber.ROOT;
    FileName other = FileName.of("o");
    assertThat(tree.isReadOnly()).isTrue();
    assertFails(Failure.READ_ONLY, () -> tree.create(root, other, file(0)));
    assertFails(Failure.READ_ONLY, () -> tree.createAndOpen(root, other, file(0)));
    assertFails(Failure.READ_ONLY, () -> tree.makeDirectory(root, other, directory(0)));
    assertFails(Failure.READ_ONLY, () -> tree.makeSymlink(root, other, bytes("t"), file(0)));
    assertFails(Failure.READ_ONLY, () -> tree.link(f.number(), root, other));
    assertFails(Failure.READ_ONLY, () -> tree.unlink(root, NAME));
    assertFails(Failure.READ_ONLY, () -> tree.removeDirectory(root, other));
    assertFails(Failure.READ_ONLY, () -> tree.rename(root, NAME, root, other, true));
    assertFails(
        Failure.READ_ONLY, () -> tree.cloneFile(f.number(), root, other, file(0), true, true));
    assertFails(
        Failure.READ_ONLY, () -> tree.setAttributes(f.number(), AttributeChange.NONE.withOwner(1)));
    assertFails(
        Failure.READ_ONLY,
        () -> tree.setXattr(f.number(), bytes("user.a"), bytes("v"), false, false));
    assertFails(Failure.READ_ONLY, () -> tree.removeXattr(f.number(), bytes("user.a")));
    try (OpenFile file = tree.open(f.number())) {
      assertFails(Failure.READ_ONLY, () -> file.setSize(1));
      assertThat(file.sizeBytes()).isZero();
    }
    assertThat(tree.stat(f.number())).isEqualTo(f);
    tree.syncAll();
  }
}
