package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is cached, and what commits in the middle of a read do to it. */
class LiveMetadataCacheTest extends LiveMetadataFixture {
  @BeforeEach
  void issue() throws IOException {
    issueInodeNumbers();
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
  void the_store_is_not_asked_for_rows_of_inodes_newer_than_the_last_commit() throws Exception {
    put(Rows.inode(4, 1));
    commit();
    store.reads.set(0);
    assertThat(live.get(RowKey.inode(Rows.number(5)))).isNull();
    assertThat(live.get(Rows.dentryKey(5, "a"))).isNull();
    assertThat(live.floor(RowKey.extents(Rows.number(5), 7))).isNull();
    assertThat(
            live.range(RowKey.xattr(Rows.number(5), null), RowKey.xattr(Rows.number(6), null), 9))
        .isEmpty();
    assertThat(store.reads).hasValue(0);
    put(Rows.dentry(5, "a", 6), Rows.page(5, 0, 10));
    commit();
    live = new LiveMetadata(store, 0);
    assertThat(live.get(Rows.dentryKey(5, "a"))).isEqualTo(Rows.dentry(5, "a", 6));
    assertThat(live.floor(RowKey.extents(Rows.number(5), 7))).isEqualTo(Rows.page(5, 0, 10));
    assertThat(live.get(Rows.dentryKey(5, "b"))).isNull();
    assertThat(store.reads).hasPositiveValue();
  }

  @Test
  void an_inode_number_that_could_be_issued_again_is_damage() throws Exception {
    put(Rows.inode(4, 1));
    commit();
    store.commit(new MetadataBatch().put(new Property(Property.NEXT_INODE, "4")));
    assertThatThrownBy(() -> new LiveMetadata(store, 1 << 20))
        .isInstanceOf(MetadataDamagedException.class)
        .hasMessageContaining("inode 4");
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
  void what_a_slow_reader_finds_does_not_enter_the_cache_after_a_deletion() throws Exception {
    put(Rows.inode(2, 1));
    commit();
    live = new LiveMetadata(store, 1 << 20);
    store.afterRead =
        () -> {
          store.afterRead = null;
          try {
            delete(RowKey.inode(Rows.number(2)));
            commit();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    assertThat(live.get(RowKey.inode(Rows.number(2)))).isNotNull();
    assertThat(live.get(RowKey.inode(Rows.number(2)))).isNull();
  }

  @Test
  void a_directory_is_listed_from_the_store_once_until_a_name_in_it_changes() throws Exception {
    put(Rows.dentry(1, "a", 2), Rows.dentry(1, "b", 3), Rows.dentry(2, "c", 4));
    commit();
    live = new LiveMetadata(store, 1 << 20);
    List<Dentry> both = list(live, 9);
    assertThat(both).hasSize(2);
    store.reads.set(0);
    assertThat(list(live, 9)).isEqualTo(both);
    assertThat(list(live, 2)).isEqualTo(both);
    assertThat(list(live, 20)).isEqualTo(both);
    put(Rows.dentry(2, "d", 5), Rows.inode(1, 1));
    commit();
    assertThat(list(live, 9)).isEqualTo(both);
    assertThat(store.reads).hasValue(0);
    put(Rows.dentry(1, "e", 6));
    assertThat(list(live, 9)).hasSize(3);
    commit();
    assertThat(list(live, 9)).hasSize(3);
    delete(Rows.dentryKey(1, "a"));
    assertThat(list(live, 9)).hasSize(2).doesNotContain(Rows.dentry(1, "a", 2));
    commit();
    assertThat(list(live, 9)).hasSize(2).doesNotContain(Rows.dentry(1, "a", 2));
  }

  private List<Xattr> attributes(long inode) throws IOException {
    return live.range(
        RowKey.xattr(Rows.number(inode), null), RowKey.xattr(Rows.number(inode + 1), null), 64);
  }

  @Test
  void extended_attributes_are_listed_from_the_store_once_until_one_changes() throws Exception {
    put(Rows.xattr(2, "user.a", "1"), Rows.xattr(4, "user.a", "1"));
    commit();
    live = new LiveMetadata(store, 1 << 20);
    assertThat(attributes(2)).hasSize(1);
    assertThat(attributes(3)).isEmpty();
    store.reads.set(0);
    assertThat(attributes(2)).containsExactly(Rows.xattr(2, "user.a", "1"));
    assertThat(attributes(3)).isEmpty();
    put(Rows.xattr(4, "user.b", "1"), Rows.inode(3, 1), Rows.dentry(3, "a", 5));
    commit();
    assertThat(attributes(2)).hasSize(1);
    assertThat(attributes(3)).isEmpty();
    assertThat(store.reads).hasValue(0);
    put(Rows.xattr(2, "user.a", "2"), Rows.xattr(3, "user.c", "3"));
    assertThat(attributes(3)).hasSize(1);
    commit();
    assertThat(attributes(2)).containsExactly(Rows.xattr(2, "user.a", "2"));
    assertThat(attributes(3)).containsExactly(Rows.xattr(3, "user.c", "3"));
    delete(RowKey.xattr(Rows.number(3), Rows.bytes("user.c")));
    commit();
    assertThat(attributes(3)).isEmpty();
  }

  @Test
  void a_piece_of_a_listing_does_not_pass_for_all_of_it() throws Exception {
    put(Rows.dentry(1, "a", 2), Rows.dentry(1, "b", 3), Rows.dentry(1, "c", 4));
    commit();
    live = new LiveMetadata(store, 1 << 20);
    List<Dentry> two = list(live, 2);
    assertThat(two).hasSize(2);
    assertThat(list(live, 3)).hasSize(3).startsWith(two.toArray(new Dentry[0]));
    assertThat(list(live, 2)).isEqualTo(two);
    assertThat(list(live, 4)).hasSize(3);
  }

  @Test
  void what_a_slow_reader_lists_does_not_enter_the_cache_after_a_commit() throws Exception {
    put(Rows.dentry(1, "a", 2));
    commit();
    live = new LiveMetadata(store, 1 << 20);
    List<List<Dentry>> meanwhile = new ArrayList<>();
    store.afterRead =
        () -> {
          store.afterRead = null;
          try {
            meanwhile.add(list(live, 9));
            put(Rows.dentry(1, "b", 3));
            commit();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    assertThat(list(live, 9)).isNotEmpty();
    assertThat(meanwhile).containsExactly(List.of(Rows.dentry(1, "a", 2)));
    assertThat(list(live, 9)).hasSize(2);
  }

  @Test
  void commits_between_the_layers_of_one_range_are_noticed() throws Exception {
    put(Rows.dentry(1, "n0", 2));
    int[] at = {0};
    // After three disturbed tries the reader keeps freezes out.
    for (int times : new int[] {1, 2, 3}) {
      beforeReads(
          times,
          () -> {
            try (Change change = live.begin()) {
              change.delete(Rows.dentryKey(1, "n" + at[0]));
              change.put(Rows.dentry(1, "n" + ++at[0], 2));
              change.publish();
            }
            commit();
            put(Rows.dentry(1, "n" + at[0], 3));
          });
      assertThat(list(live, 9)).containsExactly(Rows.dentry(1, "n" + at[0], 3));
      assertThat(at[0]).isPositive();
    }
  }

  @Test
  void commits_between_the_layers_of_a_floor_are_noticed() throws Exception {
    put(Rows.inode(5, 1));
    commit();
    put(Rows.page(5, 1000, 1));
    delete(RowKey.extents(Rows.number(5), 1000));
    beforeReads(
        1,
        () -> {
          commit();
          put(Rows.page(5, 0, 1), Rows.page(5, 500, 1));
          commit();
          delete(RowKey.extents(Rows.number(5), 500));
        });
    assertThat(live.floor(RowKey.extents(Rows.number(5), 1000))).isEqualTo(Rows.page(5, 0, 1));
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** Does something before each of the next {@code times} reads of the store. */
  private void beforeReads(int times, Step step) {
    AtomicInteger left = new AtomicInteger(times);
    store.beforeRead =
        () -> {
          try {
            if (left.getAndDecrement() > 0) {
              step.run();
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
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
}
