package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveMetadataTest {
  private final CountingStore store = new CountingStore(new InMemoryMetadataStore());
  private LiveMetadata live;

  @BeforeEach
  void open() throws IOException {
    live = new LiveMetadata(store, 1 << 20);
  }

  private void put(Row... rows) throws IOException {
    try (Change change = live.begin()) {
      for (Row row : rows) {
        change.put(row);
      }
      change.publish();
    }
  }

  private void delete(RowKey<?> key) throws IOException {
    try (Change change = live.begin()) {
      change.delete(key);
      change.publish();
    }
  }

  private FrozenChanges freeze() throws IOException {
    try (Change change = live.begin()) {
      return change.publishAndFreeze();
    }
  }

  private void commit() throws IOException {
    live.commit(freeze());
  }

  private List<Dentry> list(RowReader rows, int limit) throws IOException {
    return rows.range(
        RowKey.dentriesFrom(Rows.ROOT, 0), RowKey.dentriesFrom(Rows.number(2), 0), limit);
  }

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
      put(Rows.page(5, i * 1000L, 1));
    }
    put(Rows.page(4, 0, 1), Rows.page(6, 0, 1));
    commit();
    for (int i = 3; i < 10; i++) {
      delete(RowKey.extents(Rows.number(5), i * 1000L));
    }
    freeze();
    delete(RowKey.extents(Rows.number(5), 2000));
    assertThat(live.floor(RowKey.extents(Rows.number(5), Long.MAX_VALUE)))
        .isEqualTo(Rows.page(5, 1000, 1));
    put(Rows.page(5, 2500, 1));
    assertThat(live.floor(RowKey.extents(Rows.number(5), 9000))).isEqualTo(Rows.page(5, 2500, 1));
    delete(RowKey.extents(Rows.number(5), 0));
    assertThat(live.floor(RowKey.extents(Rows.number(5), 999))).isNull();
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
  void rows_and_their_absence_are_read_from_the_store_once() throws Exception {
    put(Rows.dentry(1, "a", 2), Rows.page(5, 0, 10));
    commit();
    LiveMetadata other = new LiveMetadata(store, 1 << 20);
    store.reads.set(0);
    for (int i = 0; i < 3; i++) {
      assertThat(other.get(Rows.dentryKey(1, "a"))).isNotNull();
      assertThat(other.get(Rows.dentryKey(1, "b"))).isNull();
      assertThat(other.floor(RowKey.extents(Rows.number(5), 7))).isNotNull();
    }
    assertThat(store.reads).hasValue(3);
  }

  @Test
  void committed_rows_and_deletions_are_cached() throws Exception {
    assertThat(live.get(Rows.dentryKey(1, "a"))).isNull();
    put(Rows.dentry(1, "a", 2));
    assertThat(live.get(Rows.dentryKey(1, "a"))).isNotNull();
    commit();
    store.reads.set(0);
    assertThat(live.get(Rows.dentryKey(1, "a"))).isNotNull();
    delete(Rows.dentryKey(1, "a"));
    commit();
    assertThat(live.get(Rows.dentryKey(1, "a"))).isNull();
    assertThat(store.reads).hasValue(0);
  }

  @Test
  void what_a_slow_reader_finds_does_not_enter_the_cache_after_a_commit() throws Exception {
    put(Rows.dentry(1, "a", 2));
    commit();
    LiveMetadata fresh = new LiveMetadata(store, 1 << 20);
    live = fresh;
    store.afterRead =
        () -> {
          store.afterRead = null;
          try {
            put(Rows.dentry(1, "a", 3));
            commit();
            put(Rows.dentry(1, "a", 4));
            commit();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    assertThat(fresh.get(Rows.dentryKey(1, "a"))).isEqualTo(Rows.dentry(1, "a", 2));
    assertThat(fresh.get(Rows.dentryKey(1, "a"))).isEqualTo(Rows.dentry(1, "a", 4));
  }

  @Test
  void without_a_cache_everything_is_still_right() throws Exception {
    live = new LiveMetadata(store, 0);
    put(Rows.dentry(1, "a", 2), Rows.page(5, 0, 1));
    commit();
    assertThat(live.get(Rows.dentryKey(1, "a"))).isNotNull();
    assertThat(live.floor(RowKey.extents(Rows.number(5), 0))).isNotNull();
    delete(Rows.dentryKey(1, "a"));
    commit();
    assertThat(live.get(Rows.dentryKey(1, "a"))).isNull();
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
