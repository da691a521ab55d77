package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.tree.TreeFixture.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.FrozenChanges;
import org.dedupfs.testing.TreeInvariants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a crash may leave of names and attributes: one prefix of history. */
class CrashStateTest {
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
  void a_commit_holds_what_was_published_before_its_freeze_and_nothing_later() throws IOException {
    fs.mkdir("/d");
    fs.create("/d/f");
    FrozenChanges frozen;
    try (Change change = fs.live.begin()) {
      frozen = change.publishAndFreeze();
    }
    fs.rename("/d/f", "/g");
    fs.rmdir("/d");
    fs.live.commit(frozen);
    assertThat(fs.names("/")).containsExactly("g");
    fs.crash();
    assertThat(fs.names("/")).containsExactly("d");
    assertThat(fs.names("/d")).containsExactly("f");
    TreeInvariants.check(fs.live);
  }

  @Test
  void syncing_the_namespace_keeps_every_name_made_before() throws IOException {
    for (int i = 0; i < 100; i++) {
      fs.create("/f" + i);
    }
    fs.unlink("/f7");
    fs.tree.syncNamespace();
    fs.create("/late");
    fs.crash();
    assertThat(fs.names("/")).hasSize(99).doesNotContain("f7", "late");
  }

  @Test
  void syncing_a_file_keeps_its_names() throws IOException {
    fs.mkdir("/d");
    OpenFile file = fs.createAndOpen("/d/f");
    fs.link("/d/f", "/g");
    file.write(0, ByteBuffer.wrap(bytes("text")));
    file.sync();
    fs.crash();
    assertThat(fs.read("/d/f")).isEqualTo("text");
    assertThat(fs.lstat("/g")).isEqualTo(fs.lstat("/d/f"));
  }

  @Test
  void a_file_that_replaced_another_is_never_found_empty() throws IOException {
    fs.write("/f", "old");
    fs.commit();
    fs.write("/f.new", "new");
    fs.rename("/f.new", "/f");
    fs.tree.syncNamespace();
    fs.crash();
    assertThat(fs.read("/f")).isEqualTo("new");
  }

  @Test
  void a_replacement_that_was_not_committed_leaves_the_old_file() throws IOException {
    fs.write("/f", "old");
    fs.commit();
    fs.write("/f.new", "new");
    fs.rename("/f.new", "/f");
    fs.crash();
    assertThat(fs.read("/f")).isEqualTo("old");
    assertThat(fs.names("/")).containsExactly("f");
  }

  @Test
  void a_file_unlinked_while_open_is_gone_after_a_crash() throws IOException {
    OpenFile file = fs.createAndOpen("/f");
    file.write(0, ByteBuffer.wrap(bytes("text")));
    fs.commit();
    fs.unlink("/f");
    fs.tree.syncNamespace();
    fs.crash();
    assertThat(fs.names("/")).isEmpty();
    fs.tree.purgeOrphans();
    TreeInvariants.check(fs.live);
  }

  @Test
  void an_operation_that_fails_leaves_no_trace() throws IOException {
    fs.mkdir("/d");
    fs.create("/d/f");
    fs.commit();
    fs.clock.tick();
    for (String[] paths : new String[][] {{"/d", "/d/x"}, {"/d/f", "/d"}, {"/x", "/y"}}) {
      try {
        fs.rename(paths[0], paths[1]);
        throw new AssertionError("renamed " + paths[0]);
      } catch (TreeException e) {
        assertThat(fs.live.hasUncommitted()).as(paths[0]).isFalse();
      }
    }
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_replacement_that_was_cloned_and_opened_again_is_committed() throws IOException {
    fs.write("/f", "old");
    fs.commit();
    fs.write("/f.new", "new");
    fs.rename("/f.new", "/f");
    fs.clone("/f", "/g", false, false);
    assertThat(fs.read("/f")).isEqualTo("new");
    try (OpenFile file = fs.open("/f")) {
      fs.commit();
      assertThat(TreeFixture.read(file)).isEqualTo("new");
    }
    fs.crash();
    assertThat(fs.read("/f")).isEqualTo("new");
  }
}
