package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LiveMetadataTest extends LiveMetadataFixture {
  @Test
  void a_change_reads_what_it_wrote_and_nobody_else_does_before_it_is_published() throws Exception {
    Dentry entry = Rows.dentry(1, "a", 2);
    try (Change change = live.begin()) {
      change.put(entry);
      assertThat(change.get(entry.key())).isEqualTo(entry);
      assertThat(list(change, 9)).containsExactly(entry);
      assertThat(change.floor(entry.key())).isEqualTo(entry);
      assertThat(live.get(entry.key())).isNull();
      assertThat(list(live, 9)).isEmpty();
      assertThat(live.floor(entry.key())).isNull();
      change.publish();
      assertThat(change.get(entry.key())).isEqualTo(entry);
      assertThat(live.get(entry.key())).isEqualTo(entry);
    }
    assertThat(live.hasUncommitted()).isTrue();
    assertThat(store.get(entry.key())).isNull();
  }

  @Test
  void closing_without_publishing_leaves_no_trace() throws Exception {
    put(Rows.dentry(1, "a", 2));
    long weight = live.uncommittedBytes();
    InodeNumber dropped;
    try (Change change = live.begin()) {
      change.put(Rows.dentry(1, "b", 2));
      change.delete(Rows.dentryKey(1, "a"));
      change.count(Counter.FILES, 5);
      dropped = change.newInodeNumber();
    }
    assertThat(list(live, 9)).containsExactly(Rows.dentry(1, "a", 2));
    assertThat(live.counter(Counter.FILES)).isZero();
    assertThat(live.uncommittedBytes()).isEqualTo(weight);
    try (Change change = live.begin()) {
      assertThat(change.newInodeNumber()).isGreaterThan(dropped);
    }
  }

  @Test
  void a_change_can_do_nothing_any_more_once_it_is_published_or_closed() throws Exception {
    Change change = live.begin();
    assertThatThrownBy(() -> live.begin()).isInstanceOf(IllegalStateException.class);
    change.publish();
    assertThatThrownBy(() -> change.put(Rows.inode(2, 1)))
        .isInstanceOf(IllegalStateException.class);
    change.close();
    change.close();
    assertThatThrownBy(() -> change.get(Rows.dentryKey(1, "a")))
        .isInstanceOf(IllegalStateException.class);
    live.begin().close();
  }

  @Test
  void what_is_frozen_stays_visible_while_changes_go_on() throws Exception {
    put(Rows.inode(2, 1), Rows.inode(3, 1));
    FrozenChanges frozen = freeze();
    put(Rows.inode(2, 2));
    delete(Rows.inode(3, 1).key());
    assertThat(live.get(RowKey.inode(Rows.number(2)))).isEqualTo(Rows.inode(2, 2));
    assertThat(live.get(RowKey.inode(Rows.number(3)))).isNull();
    assertThatThrownBy(this::freeze).isInstanceOf(IllegalStateException.class);
    live.commit(frozen);
    assertThat(store.get(RowKey.inode(Rows.number(2)))).isEqualTo(Rows.inode(2, 1));
    assertThat(live.get(RowKey.inode(Rows.number(2)))).isEqualTo(Rows.inode(2, 2));
    assertThat(live.get(RowKey.inode(Rows.number(3)))).isNull();
    commit();
    assertThat(live.hasUncommitted()).isFalse();
    assertThat(live.uncommittedBytes()).isZero();
    assertThat(store.get(RowKey.inode(Rows.number(2)))).isEqualTo(Rows.inode(2, 2));
    assertThat(store.get(RowKey.inode(Rows.number(3)))).isNull();
    assertThatThrownBy(() -> live.commit(frozen)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void the_freezing_change_still_reads_everything() throws Exception {
    try (Change change = live.begin()) {
      change.put(Rows.inode(2, 1));
      FrozenChanges frozen = change.publishAndFreeze();
      assertThat(change.get(RowKey.inode(Rows.number(2)))).isNotNull();
      live.commit(frozen);
      assertThat(change.get(RowKey.inode(Rows.number(2)))).isNotNull();
    }
  }

  @Test
  void an_empty_freeze_commits_nothing() throws Exception {
    FrozenChanges empty = freeze();
    put(Rows.inode(2, 1));
    FrozenChanges frozen = freeze();
    live.commit(empty);
    assertThat(live.get(RowKey.inode(Rows.number(2)))).isNotNull();
    assertThat(store.commits).hasValue(0);
    live.commit(frozen);
    assertThat(store.commits).hasValue(1);
  }

  @Test
  void reads_go_on_during_a_commit() throws Exception {
    put(Rows.inode(2, 1));
    store.onCommit =
        () -> {
          try {
            CompletableFuture.runAsync(
                    () -> {
                      try {
                        assertThat(live.get(RowKey.inode(Rows.number(2)))).isNotNull();
                        put(Rows.inode(3, 3));
                      } catch (IOException e) {
                        throw new AssertionError(e);
                      }
                    })
                .get();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        };
    commit();
    assertThat(live.get(RowKey.inode(Rows.number(3)))).isNotNull();
    assertThat(live.hasUncommitted()).isTrue();
  }

  @Test
  void ranges_merge_uncommitted_frozen_and_committed_rows() throws Exception {
    for (int i = 0; i < 300; i++) {
      put(Rows.dentry(1, "n" + i, i));
    }
    commit();
    for (int i = 0; i < 300; i += 3) {
      delete(Rows.dentryKey(1, "n" + i));
    }
    freeze();
    for (int i = 0; i < 300; i += 6) {
      put(Rows.dentry(1, "n" + i, 1000 + i));
    }
    for (int i = 300; i < 320; i++) {
      put(Rows.dentry(1, "n" + i, i));
    }
    List<Dentry> entries = list(live, 1000);
    assertThat(entries).hasSize(300 - 50 + 20).isSortedAccordingTo(byKey());
    for (int limit : new int[] {1, 2, 7, 100, 269, 270}) {
      assertThat(list(live, limit)).isEqualTo(entries.subList(0, limit));
    }
    Dentry tenth = entries.get(10);
    assertThat(live.range(tenth.key(), RowKey.dentriesFrom(Rows.number(2), 0), 5))
        .isEqualTo(entries.subList(10, 15));
  }

  private static Comparator<Dentry> byKey() {
    return (a, b) -> a.key().compareTo(b.key());
  }

  @Test
  void floor_skips_deleted_rows_in_all_layers() throws Exception {
    for (int i = 0; i < 10; i++) {
      put(Rows.page(5, i * 1_000_000L, 1));
    }
    put(Rows.page(4, 0, 1), Rows.page(6, 0, 1));
    commit();
    for (int i = 3; i < 10; i++) {
      delete(RowKey.extents(Rows.number(5), i * 1_000_000L));
    }
    freeze();
    delete(RowKey.extents(Rows.number(5), 2_000_000));
    assertThat(live.floor(RowKey.extents(Rows.number(5), Long.MAX_VALUE)))
        .isEqualTo(Rows.page(5, 1_000_000, 1));
    put(Rows.page(5, 2_500_000, 1));
    assertThat(live.floor(RowKey.extents(Rows.number(5), 9_000_000)))
        .isEqualTo(Rows.page(5, 2_500_000, 1));
    delete(RowKey.extents(Rows.number(5), 0));
    assertThat(live.floor(RowKey.extents(Rows.number(5), 999_999))).isNull();
  }

  @Test
  void floor_skips_deleted_names() throws Exception {
    put(Rows.xattr(5, "a", ""), Rows.xattr(5, "b", ""), Rows.xattr(5, "b\0", ""));
    commit();
    delete(RowKey.xattr(Rows.number(5), Rows.bytes("b\0")));
    assertThat(live.floor(RowKey.xattr(Rows.number(5), Rows.bytes("c"))))
        .isEqualTo(Rows.xattr(5, "b", ""));
    delete(RowKey.xattr(Rows.number(5), Rows.bytes("b")));
    assertThat(live.floor(RowKey.xattr(Rows.number(5), Rows.bytes("c"))))
        .isEqualTo(Rows.xattr(5, "a", ""));
  }

  @Test
  void counters_and_inode_numbers_survive() throws Exception {
    InodeNumber number;
    try (Change change = live.begin()) {
      change.count(Counter.FILES, 3);
      change.count(Counter.DIRECTORIES, 1);
      change.count(Counter.LOGICAL_BYTES, 1L << 40);
      number = change.newInodeNumber();
      change.publish();
    }
    assertThat(live.hasUncommitted()).isTrue();
    try (Change change = live.begin()) {
      change.count(Counter.FILES, -1);
      change.publish();
    }
    assertThat(live.counter(Counter.FILES)).isEqualTo(2);
    commit();
    assertThat(live.hasUncommitted()).isFalse();
    assertThat(number).isEqualTo(Rows.number(2));
    LiveMetadata next = new LiveMetadata(store, 1 << 20);
    assertThat(next.counter(Counter.FILES)).isEqualTo(2);
    assertThat(next.counter(Counter.DIRECTORIES)).isEqualTo(1);
    assertThat(next.counter(Counter.LOGICAL_BYTES)).isEqualTo(1L << 40);
    try (Change change = next.begin()) {
      assertThat(change.newInodeNumber()).isEqualTo(Rows.number(3));
    }
  }

  @Test
  void the_properties_of_counters_cannot_be_put() throws Exception {
    try (Change change = live.begin()) {
      for (String name : List.of("nextInode", "counter.files")) {
        assertThatThrownBy(() -> change.put(new Property(name, "1")))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void a_damaged_counter_is_named() throws Exception {
    store.commit(new MetadataBatch().put(new Property("counter.files", "many")));
    assertThatThrownBy(() -> new LiveMetadata(store, 0))
        .isInstanceOf(MetadataDamagedException.class)
        .hasMessageContaining("counter.files");
  }

  @Test
  void after_a_failed_commit_nothing_can_be_changed_but_reads_go_on() throws Exception {
    put(Rows.inode(2, 1));
    IOException cause = new IOException("disk on fire");
    store.memory.failCommits(cause);
    FrozenChanges frozen = freeze();
    put(Rows.inode(3, 1));
    assertThatThrownBy(() -> live.commit(frozen)).hasRootCause(cause);
    assertThatThrownBy(() -> live.begin())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("read-only")
        .hasRootCause(cause);
    assertThatThrownBy(() -> live.commit(frozen)).isInstanceOf(IOException.class);
    assertThat(live.get(RowKey.inode(Rows.number(2)))).isNotNull();
    assertThat(live.get(RowKey.inode(Rows.number(3)))).isNotNull();
  }

  @Test
  void nothing_can_be_read_or_changed_after_close() throws Exception {
    live.close();
    live.close();
    assertThatThrownBy(() -> live.begin()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> live.get(Rows.dentryKey(1, "a"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> list(live, 1)).isInstanceOf(IOException.class);
  }
}
