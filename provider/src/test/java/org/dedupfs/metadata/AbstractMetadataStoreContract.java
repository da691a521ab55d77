package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every metadata store guarantees. */
abstract class AbstractMetadataStoreContract {
  protected MetadataStore store;

  protected abstract MetadataStore create() throws IOException;

  /** Closes the store and opens what it holds again. */
  protected abstract MetadataStore reopen(MetadataStore old) throws IOException;

  @BeforeEach
  void createStore() throws IOException {
    store = create();
  }

  @AfterEach
  void closeStore() throws IOException {
    store.close();
  }

  private void commit(Row... rows) throws IOException {
    MetadataBatch batch = new MetadataBatch();
    for (Row row : rows) {
      batch.put(row);
    }
    store.commit(batch);
  }

  @Test
  void rows_of_every_table_come_back_as_they_were_put() throws IOException {
    commit(Rows.oneOfEach().toArray(new Row[0]));
    for (Row row : Rows.oneOfEach()) {
      assertThat((Object) store.get(row.key())).isEqualTo(row);
    }
    store = reopen(store);
    for (Row row : Rows.oneOfEach()) {
      assertThat((Object) store.get(row.key())).isEqualTo(row);
    }
  }

  @Test
  void a_snapshot_keeps_its_moment_and_has_all_rows_in_order() throws IOException {
    commit(Rows.oneOfEach().toArray(new Row[0]));
    try (MetadataSnapshot snapshot = store.snapshot()) {
      MetadataBatch batch = new MetadataBatch();
      Rows.oneOfEach().forEach(row -> batch.delete(row.key()));
      store.commit(batch.put(new Property("later", "1")));
      snapshot.checkStructure((table, what) -> fail(what));
      for (Row row : Rows.oneOfEach()) {
        assertThat((Object) snapshot.get(row.key())).isEqualTo(row);
        assertThat((Object) store.get(row.key())).isNull();
        assertThat(rowsOf(snapshot, row.key().table())).isSorted().contains(row.key());
      }
      assertThat((Object) snapshot.get(RowKey.property("later"))).isNull();
    }
    try (MetadataSnapshot snapshot = store.snapshot()) {
      List<RowKey<?>> left = rowsOf(snapshot, Table.PROPERTY);
      left.remove(RowKey.property(Property.COMMITS)); // a store may count them
      assertThat(left).containsExactly(RowKey.property("later"));
    }
  }

  private static <R extends Row> List<RowKey<?>> rowsOf(MetadataSnapshot snapshot, Table<R> table)
      throws IOException {
    List<RowKey<?>> keys = new ArrayList<>();
    try (MetadataSnapshot.Rows<R> rows =
        snapshot.rows(RowKey.first(table), RowKey.end(table), (t, what) -> fail(what))) {
      for (R row = rows.next(); row != null; row = rows.next()) {
        keys.add(row.key());
      }
    }
    return keys;
  }

  @Test
  void there_is_no_row_before_one_is_put() throws IOException {
    for (Row row : Rows.oneOfEach()) {
      assertThat((Object) store.get(row.key())).isNull();
      assertThat((Object) store.floor(row.key())).isNull();
    }
  }

  @Test
  void a_put_replaces_and_a_delete_removes() throws IOException {
    commit(Rows.inode(5, 1), Rows.dentry(1, "a", 5));
    store.commit(
        new MetadataBatch()
            .put(Rows.inode(5, 2))
            .delete(Rows.dentryKey(1, "a"))
            .delete(Rows.dentryKey(1, "was never there")));
    assertThat(store.get(RowKey.inode(Rows.number(5)))).isEqualTo(Rows.inode(5, 2));
    assertThat(store.get(Rows.dentryKey(1, "a"))).isNull();
  }

  @Test
  void an_empty_batch_can_be_committed() throws IOException {
    store.commit(new MetadataBatch());
  }

  @Test
  void a_range_is_ascending_includes_from_and_excludes_to() throws IOException {
    List<Dentry> entries = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      entries.add(Rows.dentry(3, "name" + i, 100 + i));
    }
    entries.sort((a, b) -> a.key().compareTo(b.key()));
    commit(entries.toArray(new Row[0]));
    commit(Rows.dentry(2, "before", 1), Rows.dentry(4, "behind", 1));
    RowKey<Dentry> from = RowKey.dentriesFrom(Rows.number(3), 0);
    RowKey<Dentry> to = RowKey.dentriesFrom(Rows.number(4), 0);
    assertThat(store.range(from, to, 100)).isEqualTo(entries);
    assertThat(store.range(from, to, 7)).isEqualTo(entries.subList(0, 7));
    assertThat(store.range(entries.get(10).key(), entries.get(20).key(), 100))
        .isEqualTo(entries.subList(10, 20));
    assertThat(store.range(entries.get(10).key().successor(), to, 2))
        .isEqualTo(entries.subList(11, 13));
    assertThat(store.range(RowKey.dentriesFrom(Rows.number(3), entries.get(30).cookie()), to, 99))
        .isEqualTo(entries.subList(30, 50));
    assertThat(store.range(to, from, 5)).isEmpty();
  }

  @Test
  void names_with_the_same_cookie_are_ordered_by_unsigned_bytes() throws IOException {
    List<Dentry> entries = new ArrayList<>();
    for (byte[] name : new byte[][] {{1}, {1, 1}, {0x7F}, {(byte) 0x80}, {(byte) 0xFF}}) {
      entries.add(
          new Dentry(Rows.ROOT, 99, FileName.of(name), Rows.number(name[0] & 0xFF), FileType.FIFO));
    }
    commit(entries.toArray(new Row[0]));
    RowKey<Dentry> to = RowKey.dentriesFrom(Rows.ROOT, 100);
    assertThat(store.range(RowKey.dentriesFrom(Rows.ROOT, 99), to, 9)).isEqualTo(entries);
    assertThat(store.range(RowKey.dentriesFrom(Rows.ROOT, 98), to, 9)).isEqualTo(entries);
    assertThat(store.range(entries.get(1).key(), to, 9)).isEqualTo(entries.subList(1, 5));
    assertThat(store.floor(RowKey.dentry(Rows.ROOT, 99, FileName.of(new byte[] {2}))))
        .isEqualTo(entries.get(1));
  }

  @Test
  void ranges_work_in_every_table() throws IOException {
    commit(
        Rows.inode(2, 1),
        Rows.inode(3, 1),
        Rows.symlink(2, "a"),
        Rows.symlink(3, "b"),
        Rows.xattr(2, "user.a", "1"),
        Rows.xattr(2, "user.b", "2"),
        Rows.xattr(3, "user.a", "3"),
        Rows.page(2, 0, 3),
        Rows.page(2, 1 << 30, 3),
        Rows.page(3, 0, 1),
        new Orphan(Rows.number(2)),
        new Orphan(Rows.number(3)),
        new JournalEntry(2, new byte[9]),
        new JournalEntry(3, new byte[0]),
        new Property("a", "1"),
        new Property("b", ""));
    assertThat(store.range(RowKey.inode(Rows.number(0)), RowKey.inode(Rows.number(3)), 9))
        .containsExactly(Rows.inode(2, 1));
    assertThat(store.range(RowKey.inode(Rows.number(2)).successor(), inodeEnd(), 9))
        .containsExactly(Rows.inode(3, 1));
    assertThat(store.range(RowKey.symlink(Rows.number(3)), RowKey.symlink(Rows.number(9)), 9))
        .containsExactly(Rows.symlink(3, "b"));
    assertThat(
            store.range(RowKey.xattr(Rows.number(2), null), RowKey.xattr(Rows.number(3), null), 9))
        .containsExactly(Rows.xattr(2, "user.a", "1"), Rows.xattr(2, "user.b", "2"));
    assertThat(store.range(RowKey.extents(Rows.number(2), 1), RowKey.extents(Rows.number(3), 0), 9))
        .containsExactly(Rows.page(2, 1 << 30, 3));
    assertThat(store.range(RowKey.orphan(Rows.number(0)), RowKey.orphan(Rows.number(3)), 9))
        .containsExactly(new Orphan(Rows.number(2)));
    assertThat(store.range(RowKey.journal(3), RowKey.journal(Long.MAX_VALUE), 9))
        .containsExactly(new JournalEntry(3, new byte[0]));
    assertThat(store.range(RowKey.property("a"), RowKey.property("b"), 9))
        .containsExactly(new Property("a", "1"));
    assertThat(
            store.range(
                new RowKey<>(Table.PROPERTY, 0, 0, null),
                new RowKey<>(Table.PROPERTY, 1, 0, null),
                9))
        .filteredOn(property -> !property.name().equals(Property.COMMITS))
        .containsExactly(new Property("a", "1"), new Property("b", ""));
  }

  private static RowKey<Inode> inodeEnd() {
    return RowKey.inode(Rows.number(Long.MAX_VALUE));
  }

  @Test
  void floor_finds_the_greatest_key_not_above_within_the_same_first() throws IOException {
    commit(Rows.page(5, 0, 1), Rows.page(5, 1000, 1), Rows.page(6, 500, 1));
    assertThat(store.floor(RowKey.extents(Rows.number(5), 999))).isEqualTo(Rows.page(5, 0, 1));
    assertThat(store.floor(RowKey.extents(Rows.number(5), 1000))).isEqualTo(Rows.page(5, 1000, 1));
    assertThat(store.floor(RowKey.extents(Rows.number(5), Long.MAX_VALUE)))
        .isEqualTo(Rows.page(5, 1000, 1));
    assertThat(store.floor(RowKey.extents(Rows.number(6), 499))).isNull();
    assertThat(store.floor(RowKey.extents(Rows.number(7), 499))).isNull();
  }

  @Test
  void a_range_needs_a_limit_and_one_table() {
    RowKey<Orphan> from = RowKey.orphan(Rows.ROOT);
    assertThatThrownBy(() -> store.range(from, from, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_large_commit_is_there_whole() throws IOException {
    MetadataBatch batch = new MetadataBatch();
    for (int i = 0; i < 5000; i++) {
      batch.put(Rows.inode(i + 2, i)).put(Rows.dentry(1, "file" + i, i + 2));
    }
    store.commit(batch);
    store = reopen(store);
    assertThat(store.range(RowKey.inode(Rows.number(0)), inodeEnd(), 10_000)).hasSize(5000);
    assertThat(store.get(Rows.dentryKey(1, "file4999"))).isNotNull();
    assertThat(store.diskBytes()).isPositive();
  }

  @Test
  void close_can_be_repeated() throws IOException {
    store.close();
    store.close();
  }

  @Test
  void all_pages_of_an_inode_can_be_deleted_at_once() throws IOException {
    store.commit(
        new MetadataBatch()
            .put(Rows.page(70, 0, 3))
            .put(Rows.page(70, 1L << 40, 3))
            .put(Rows.page(71, 0, 3)));
    store.commit(new MetadataBatch().delete(RowKey.allExtents(Rows.number(70))));
    RowKey<ExtentPage> end = RowKey.extents(Rows.number(71), 0);
    assertThat(store.range(RowKey.extents(Rows.number(70), 0), end, 10)).isEmpty();
    assertThat(store.get(end)).isNotNull();
  }
}
