package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.tree.TreeFixture.assertFails;
import static org.dedupfs.tree.TreeFixture.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RenamingTest {
  private TreeFixture fs;

  @BeforeEach
  void open() throws IOException {
    fs = TreeFixture.open();
    fs.mkdir("/a");
    fs.mkdir("/b");
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  @Test
  void a_file_moves_with_its_inode_and_times_of_both_directories_are_set() throws IOException {
    Inode before = fs.create("/a/f");
    long now = fs.clock.tick();
    fs.rename("/a/f", "/b/g");
    assertThat(fs.exists("/a/f")).isFalse();
    Inode after = fs.lstat("/b/g");
    assertThat(after).isEqualTo(before.toBuilder().changeNanos(now).build());
    for (String parent : new String[] {"/a", "/b"}) {
      assertThat(fs.lstat(parent).modifyNanos()).isEqualTo(now);
      assertThat(fs.lstat(parent).changeNanos()).isEqualTo(now);
    }
  }

  @Test
  void a_directory_that_moves_takes_its_dot_dot_along() throws IOException {
    fs.mkdir("/a/d");
    fs.create("/a/d/f");
    fs.rename("/a/d", "/b/e");
    assertThat(fs.lstat("/b/e").parent()).isEqualTo(fs.lstat("/b").number());
    assertThat(fs.lstat("/b/e/..")).isEqualTo(fs.lstat("/b"));
    assertThat(fs.lstat("/a").nlink()).isEqualTo(2);
    assertThat(fs.lstat("/b").nlink()).isEqualTo(3);
    assertThat(fs.exists("/b/e/f")).isTrue();
  }

  @Test
  void a_directory_renamed_in_its_parent_leaves_the_link_count() throws IOException {
    fs.rename("/a", "/c");
    assertThat(fs.lstat("/").nlink()).isEqualTo(4);
    assertThat(fs.names("/")).containsExactly("b", "c");
  }

  @Test
  void a_file_replaces_a_file_whatever_its_type() throws IOException {
    fs.write("/a/f", "new");
    fs.write("/b/g", "old");
    fs.rename("/a/f", "/b/g");
    assertThat(fs.read("/b/g")).isEqualTo("new");
    fs.symlink("/l", "nowhere");
    fs.rename("/b/g", "/l");
    assertThat(fs.read("/l")).isEqualTo("new");
    assertThat(fs.live.counter(Counter.FILES)).isEqualTo(1);
  }

  @Test
  void a_replaced_hard_link_stays_under_its_other_name() throws IOException {
    fs.write("/f", "new");
    fs.write("/g", "old");
    fs.link("/g", "/h");
    long now = fs.clock.tick();
    fs.rename("/f", "/g");
    assertThat(fs.read("/h")).isEqualTo("old");
    assertThat(fs.lstat("/h").nlink()).isEqualTo(1);
    assertThat(fs.lstat("/h").changeNanos()).isEqualTo(now);
  }

  @Test
  void an_empty_directory_is_replaced_by_a_directory() throws IOException {
    fs.mkdir("/a/d");
    fs.create("/a/d/f");
    fs.mkdir("/b/d");
    fs.rename("/a/d", "/b/d");
    assertThat(fs.names("/b/d")).containsExactly("f");
    assertThat(fs.lstat("/a").nlink()).isEqualTo(2);
    assertThat(fs.lstat("/b").nlink()).isEqualTo(3);
    assertThat(fs.live.counter(Counter.DIRECTORIES)).isEqualTo(4);
  }

  @Test
  void a_directory_that_replaces_its_sibling_is_counted_once() throws IOException {
    fs.rename("/a", "/b");
    assertThat(fs.lstat("/").nlink()).isEqualTo(3);
    assertThat(fs.names("/")).containsExactly("b");
  }

  @Test
  void what_may_not_be_replaced_is_told_apart() throws IOException {
    fs.create("/f");
    fs.mkdir("/b/full");
    assertFails(Failure.NOT_DIRECTORY, () -> fs.rename("/a", "/f"));
    assertFails(Failure.IS_DIRECTORY, () -> fs.rename("/f", "/a"));
    assertFails(Failure.NOT_EMPTY, () -> fs.rename("/a", "/b"));
    assertFails(Failure.NOT_EMPTY, () -> fs.rename("/b/full", "/b"));
    assertFails(Failure.NO_ENTRY, () -> fs.rename("/x", "/f"));
    assertFails(Failure.NO_ENTRY, () -> fs.rename("/f", "/x/f"));
  }

  @Test
  void without_replacing_an_existing_name_is_refused() throws IOException {
    fs.create("/f");
    fs.create("/g");
    assertFails(Failure.EXISTS, () -> fs.rename("/f", "/g", false));
    assertFails(Failure.EXISTS, () -> fs.rename("/a", "/b", false));
    fs.rename("/f", "/h", false);
    assertThat(fs.names("/")).containsExactly("a", "b", "g", "h");
  }

  @Test
  void a_directory_does_not_move_into_itself_or_below() throws IOException {
    fs.mkdir("/a/d");
    fs.mkdir("/a/d/e");
    assertFails(Failure.INVALID, () -> fs.rename("/a", "/a/x"));
    assertFails(Failure.INVALID, () -> fs.rename("/a", "/a/d/e/x"));
    assertFails(Failure.INVALID, () -> fs.rename("/a", "/a/d"));
    assertThat(fs.names("/a/d")).containsExactly("e");
  }

  @Test
  void two_names_of_one_file_stay_both() throws IOException {
    fs.create("/f");
    fs.link("/f", "/g");
    Inode before = fs.lstat("/f");
    Inode root = fs.lstat("/");
    fs.clock.tick();
    fs.rename("/f", "/g");
    fs.rename("/f", "/f");
    fs.rename("/a", "/a");
    assertThat(fs.lstat("/f")).isEqualTo(before).isEqualTo(fs.lstat("/g"));
    assertThat(fs.lstat("/")).isEqualTo(root);
  }

  @Test
  void dots_are_never_renamed() throws IOException {
    InodeNumber a = fs.lstat("/a").number();
    FileName name = FileName.of("x");
    for (String dots : new String[] {".", ".."}) {
      FileName dot = FileName.of(dots);
      assertFails(Failure.BUSY, () -> fs.tree.rename(a, dot, InodeNumber.ROOT, name, true));
      assertFails(
          Failure.BUSY, () -> fs.tree.rename(InodeNumber.ROOT, FileName.of("b"), a, dot, true));
    }
    assertFails(
        Failure.NAME_TOO_LONG,
        () ->
            fs.tree.rename(
                InodeNumber.ROOT, FileName.of("b"), a, FileName.of("n".repeat(256)), true));
  }

  @Test
  void a_file_being_written_keeps_what_was_written_before_and_after() throws IOException {
    try (OpenFile file = fs.createAndOpen("/f")) {
      file.append(ByteBuffer.wrap(bytes("before ")));
      fs.rename("/f", "/a/g");
      file.append(ByteBuffer.wrap(bytes("after")));
    }
    assertThat(fs.read("/a/g")).isEqualTo("before after");
  }

  @Test
  void a_source_whose_bytes_cannot_be_committed_replaces_nothing() throws IOException {
    fs.write("/damaged", "some text");
    fs.write("/target", "all there is");
    InodeNumber number = fs.lstat("/damaged").number();
    fs.commit();
    fs.store.commit(new MetadataBatch().delete(RowKey.extents(number, 0)));
    fs.crash();
    try (OpenFile file = fs.open("/damaged")) {
      file.append(ByteBuffer.wrap(bytes("more of it")));
    }
    assertThatThrownBy(() -> fs.rename("/damaged", "/target"))
        .isInstanceOf(MetadataDamagedException.class);
    assertThat(fs.read("/target")).isEqualTo("all there is");
    assertThat(fs.exists("/damaged")).isTrue();
    fs.unlink("/damaged");
    fs.commit();
    assertThat(fs.read("/target")).isEqualTo("all there is");
  }

  private void renameOverAny(String from, String to) throws IOException {
    fs.tree.renameOverAny(
        fs.lstat(from.substring(0, from.lastIndexOf('/') + 1)).number(),
        FileName.of(from.substring(from.lastIndexOf('/') + 1)),
        fs.lstat(to.substring(0, to.lastIndexOf('/') + 1)).number(),
        FileName.of(to.substring(to.lastIndexOf('/') + 1)));
  }

  @Test
  void a_rename_over_any_exchanges_kinds_in_one_change_and_counts() throws IOException {
    long files = fs.live.counter(Counter.FILES);
    long directories = fs.live.counter(Counter.DIRECTORIES);
    fs.write("/f", "some text");
    fs.mkdir("/a/d");
    fs.create("/a/d/inside");
    renameOverAny("/a/d", "/f");
    assertThat(fs.lstat("/f").isDirectory()).isTrue();
    assertThat(fs.exists("/f/inside")).isTrue();
    assertThat(fs.lstat("/").nlink()).isEqualTo(5);
    assertThat(fs.lstat("/a").nlink()).isEqualTo(2);
    fs.write("/b/g", "other text");
    assertFails(Failure.NOT_EMPTY, () -> renameOverAny("/b/g", "/b"));
    assertFails(Failure.NOT_EMPTY, () -> renameOverAny("/b/g", "/f"));
    fs.unlink("/f/inside");
    renameOverAny("/b/g", "/f");
    assertThat(fs.read("/f")).isEqualTo("other text");
    assertThat(fs.lstat("/").nlink()).isEqualTo(4);
    assertThat(fs.live.counter(Counter.FILES)).isEqualTo(files + 1);
    assertThat(fs.live.counter(Counter.DIRECTORIES)).isEqualTo(directories);
    fs.create("/a/inside");
    assertFails(Failure.INVALID, () -> renameOverAny("/a", "/a/inside"));
  }

  @Test
  void a_directory_that_finds_no_room_in_its_new_parent_replaces_nothing() throws IOException {
    fs.mkdir("/d");
    fs.write("/b/f", "all there is");
    Inode full = fs.lstat("/b");
    try (Change change = fs.live.begin()) {
      change.put(full.toBuilder().nlink(Tree.MAX_LINKS).build());
      change.publish();
    }
    assertFails(Failure.TOO_MANY_LINKS, () -> renameOverAny("/d", "/b/f"));
    assertThat(fs.read("/b/f")).isEqualTo("all there is");
    assertThat(fs.exists("/d")).isTrue();
    try (Change change = fs.live.begin()) {
      change.put(full);
      change.publish();
    }
  }
}
