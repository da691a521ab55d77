package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening what is missing, foreign, newer, read-only or damaged. */
class SqliteOpeningTest {
  private static final SqliteOptions READ_ONLY = SqliteOptions.DEFAULT.withReadOnly(true);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void createStore() throws IOException {
    file = directory.resolve("metadata.sqlite");
    try (MetadataStore store = SqliteMetadataStore.create(directory, SqliteOptions.DEFAULT)) {
      MetadataBatch batch = new MetadataBatch();
      Rows.oneOfEach().forEach(batch::put);
      store.commit(batch);
    }
  }

  private SqliteMetadataStore open() throws IOException {
    return SqliteMetadataStore.open(directory, SqliteOptions.DEFAULT);
  }

  /** Changes the closed store behind its back. */
  private void raw(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void a_missing_file_is_named() throws IOException {
    Files.delete(file);
    assertThatThrownBy(this::open)
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void a_file_that_is_no_database_is_damage() throws IOException {
    Files.writeString(file, "this is not a database, however long it may be ".repeat(100));
    assertThatThrownBy(this::open)
        .isInstanceOf(MetadataDamagedException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void an_empty_file_is_an_interrupted_creation() throws IOException {
    Files.write(file, new byte[0]);
    assertThatThrownBy(this::open)
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("interrupted");
    assertThatThrownBy(() -> SqliteMetadataStore.open(directory, READ_ONLY))
        .isInstanceOf(MetadataFormatException.class);
  }

  @Test
  void a_database_of_another_application_is_refused() throws Exception {
    Files.delete(file);
    raw("CREATE TABLE song (title TEXT)");
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> SqliteMetadataStore.open(directory, READ_ONLY))
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("another application");
    assertThatThrownBy(this::open).isInstanceOf(MetadataFormatException.class);
    assertThat(Arrays.equals(Files.readAllBytes(file), before)).isTrue();
  }

  @Test
  void a_newer_version_is_refused_and_both_versions_are_named() throws Exception {
    raw("PRAGMA user_version = 7");
    assertThatThrownBy(this::open)
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("version 7")
        .hasMessageContaining("up to 1");
  }

  @Test
  void a_missing_table_is_damage() throws Exception {
    raw("DROP TABLE xattr");
    assertThatThrownBy(this::open)
        .isInstanceOf(MetadataDamagedException.class)
        .hasMessageContaining("xattr");
  }

  @Test
  void a_truncated_file_is_damage() throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(3 * SqliteFormat.PAGE_BYTES);
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(MetadataDamagedException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void a_changed_column_in_any_table_is_noticed() throws Exception {
    raw(
        "UPDATE inode SET size = size + 1",
        "UPDATE dentry SET inode = 8",
        "UPDATE symlink SET target = x'41'",
        "UPDATE xattr SET value = x'41'",
        "UPDATE extents SET packed ="
            + " CAST(substr(packed, 1, 50) || x'41' || substr(packed, 52) AS BLOB)",
        "UPDATE orphan SET inode = 10",
        "UPDATE journal SET block = 78",
        "UPDATE property SET value = CAST('2' AS BLOB)");
    try (MetadataStore store = open()) {
      for (Row row : Rows.oneOfEach()) {
        RowKey<?> key = row.key();
        // Two changes are of keys, so that the rows stand one number further on.
        boolean moved = key.table() == Table.ORPHAN || key.table() == Table.JOURNAL;
        RowKey<?> at = moved ? new RowKey<>(key.table(), key.first() + 1, 0, null) : key;
        assertThatThrownBy(() -> store.get(at))
            .isInstanceOf(MetadataDamagedException.class)
            .hasMessageContaining(key.table().toString())
            .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> store.floor(at)).isInstanceOf(MetadataDamagedException.class);
      }
      store.commit(new MetadataBatch().put(Rows.inode(7, 5)));
      assertThat(store.get(RowKey.inode(Rows.number(7)))).isEqualTo(Rows.inode(7, 5));
    }
  }

  @Test
  void an_unknown_number_of_the_schema_format_is_damage() throws Exception {
    byte[] bad = Files.readAllBytes(file);
    bad[47] ^= 0x10;
    Files.write(file, bad);
    assertThatThrownBy(() -> SqliteMetadataStore.open(directory, READ_ONLY))
        .isInstanceOf(MetadataDamagedException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void no_flipped_byte_ever_yields_another_row_or_another_exception() throws Exception {
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(Seeds.next());
    for (int i = 0; i < 150; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bad);
      try (MetadataStore store = SqliteMetadataStore.open(directory, READ_ONLY)) {
        for (Row row : Rows.oneOfEach()) {
          readDamaged(store, row);
        }
      } catch (MetadataDamagedException | MetadataFormatException e) {
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
  }

  private static void readDamaged(MetadataStore store, Row row) throws IOException {
    try {
      // A flip in the tree can hide a row (only check finds that), but not change it.
      assertThat((Object) store.get(row.key())).isIn(row, null);
    } catch (MetadataDamagedException e) {
      assertThat(e).hasMessageContaining("metadata.sqlite");
    }
  }

  @Test
  void read_only_opening_leaves_everything_as_it_is() throws Exception {
    byte[] before = Files.readAllBytes(file);
    try (MetadataStore store = SqliteMetadataStore.open(directory, READ_ONLY)) {
      for (Row row : Rows.oneOfEach()) {
        assertThat((Object) store.get(row.key())).isEqualTo(row);
      }
      assertThatThrownBy(() -> store.commit(new MetadataBatch().put(Rows.inode(1, 1))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("read-only");
      try (Stream<Path> files = Files.list(directory)) {
        assertThat(files).containsExactly(file);
      }
    }
    assertThat(Arrays.equals(Files.readAllBytes(file), before)).isTrue();
  }

  @Test
  void an_unclean_store_is_read_with_its_log_where_that_is_possible() throws Exception {
    Path crashed = crashedCopy();
    try (MetadataStore store = SqliteMetadataStore.open(crashed, READ_ONLY)) {
      assertThat(store.get(RowKey.property("late"))).isNotNull();
    }
    assertThat(Files.size(crashed.resolve("metadata.sqlite-wal"))).isPositive();
    assertThatThrownBy(() -> SqliteFile.existing(crashed, READ_ONLY, false))
        .hasMessageContaining("not closed cleanly")
        .hasMessageContaining(crashed.toString());
  }

  private Path crashedCopy() throws IOException {
    Path crashed = Files.createDirectory(directory.resolve("crashed"));
    try (MetadataStore store = open()) {
      store.commit(new MetadataBatch().put(new Property("late", "1")));
      for (String name : List.of("metadata.sqlite", "metadata.sqlite-wal")) {
        Files.copy(directory.resolve(name), crashed.resolve(name));
      }
    }
    return crashed;
  }

  @Test
  void an_incomplete_commit_at_the_end_of_the_log_is_ignored() throws Exception {
    Path crashed = crashedCopy();
    Path log = crashed.resolve("metadata.sqlite-wal");
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    try (MetadataStore store = SqliteMetadataStore.open(crashed, SqliteOptions.DEFAULT)) {
      assertThat(store.get(RowKey.property("late"))).isNull();
      assertThat(store.get(RowKey.property("format"))).isNotNull();
    }
  }

  @Test
  void a_new_store_cannot_be_read_only() {
    assertThatThrownBy(() -> SqliteMetadataStore.create(directory, READ_ONLY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void damaged_pages_go_with_all_of_their_inode_and_no_others_do() throws Exception {
    try (MetadataStore store = open()) {
      store.commit(
          new MetadataBatch()
              .put(Rows.page(70, 0, 3))
              .put(Rows.page(70, 1L << 40, 3))
              .put(Rows.page(71, 0, 3)));
    }
    raw("UPDATE extents SET crc = crc + 1 WHERE inode = 70");
    try (MetadataStore store = open()) {
      RowKey<ExtentPage> first = RowKey.extents(Rows.number(70), 0);
      RowKey<ExtentPage> end = RowKey.extents(Rows.number(71), 0);
      assertThatThrownBy(() -> store.range(first, end, 10))
          .isInstanceOf(MetadataDamagedException.class);
      store.commit(new MetadataBatch().delete(RowKey.allExtents(Rows.number(70))));
      assertThat(store.range(first, end, 10)).isEmpty();
      assertThat(store.get(end)).isEqualTo(Rows.page(71, 0, 3));
    }
  }

  @Test
  void damaged_pages_of_an_inode_that_stays_can_be_replaced() throws Exception {
    InodeNumber inode = Rows.number(3);
    try (MetadataStore store = open()) {
      store.commit(
          new MetadataBatch()
              .put(Rows.page(3, 0, 3))
              .put(Rows.page(3, 1L << 40, 3))
              .put(new Property(Property.NEXT_INODE, "100")));
    }
    raw("UPDATE extents SET crc = crc + 1 WHERE inode = 3");
    RowKey<ExtentPage> first = RowKey.extents(inode, 0);
    RowKey<ExtentPage> end = RowKey.extents(inode, Long.MAX_VALUE);
    try (MetadataStore store = open()) {
      assertThat(store.extentKeys(inode)).containsExactly(first, RowKey.extents(inode, 1L << 40));
      LiveMetadata live = new LiveMetadata(store, 1 << 20);
      try (Change change = live.begin()) {
        change.put(Rows.page(3, 1L << 30, 5));
        change.publish();
      }
      assertThatThrownBy(() -> live.range(first, end, 10))
          .isInstanceOf(MetadataDamagedException.class);
      try (Change change = live.begin()) {
        change.deleteEachExtentPage(inode);
        assertThat(change.get(first)).isNull();
        assertThat(change.get(RowKey.extents(inode, 1L << 30))).isNull();
        change.put(Rows.page(3, 0, 7));
        assertThat(change.floor(first)).isEqualTo(Rows.page(3, 0, 7));
        live.commit(change.publishAndFreeze());
      }
      assertThat(live.range(first, end, 10)).containsExactly(Rows.page(3, 0, 7));
      assertThat(store.range(first, end, 10)).containsExactly(Rows.page(3, 0, 7));
    }
  }

  @Test
  void damaged_pages_that_are_deleted_are_not_met_by_who_looks_for_a_page_below() throws Exception {
    InodeNumber inode = Rows.number(3);
    ExtentPage whole = ExtentPage.of(inode, List.of(Extent.hole(0, 1L << 40)));
    ExtentPage small = Rows.page(3, 0, 3);
    try (MetadataStore store = open()) {
      store.commit(
          new MetadataBatch()
              .put(Rows.page(3, 0, 3))
              .put(Rows.page(3, 1L << 30, 3))
              .put(Rows.page(3, 1L << 35, 3))
              .put(new Property(Property.NEXT_INODE, "100")));
    }
    raw("UPDATE extents SET crc = crc + 1 WHERE inode = 3");
    RowKey<ExtentPage> beyond = RowKey.extents(inode, 1L << 39);
    try (MetadataStore store = open()) {
      LiveMetadata live = new LiveMetadata(store, 1 << 20);
      FrozenChanges frozen;
      try (Change change = live.begin()) {
        change.deleteEachExtentPage(inode);
        assertThat(change.floor(beyond)).isNull();
        change.put(whole);
        assertThat(change.floor(beyond)).isEqualTo(whole);
        frozen = change.publishAndFreeze();
      }
      assertThat(live.floor(beyond)).isEqualTo(whole);
      try (Change next = live.begin()) {
        next.put(small);
        assertThat(next.floor(beyond)).isEqualTo(small);
        next.publish();
      }
      live.commit(frozen);
      assertThat(live.floor(beyond)).isEqualTo(small);
      assertThat(store.floor(beyond)).isEqualTo(whole);
    }
  }

  @Test
  void a_damaged_page_that_is_not_deleted_is_told() throws Exception {
    InodeNumber inode = Rows.number(3);
    try (MetadataStore store = open()) {
      store.commit(
          new MetadataBatch()
              .put(Rows.page(3, 0, 3))
              .put(Rows.page(3, 1L << 30, 3))
              .put(new Property(Property.NEXT_INODE, "100")));
    }
    raw("UPDATE extents SET crc = crc + 1 WHERE inode = 3");
    try (MetadataStore store = open();
        LiveMetadata live = new LiveMetadata(store, 1 << 20);
        Change change = live.begin()) {
      change.delete(RowKey.extents(inode, 1L << 30));
      assertThatThrownBy(() -> change.floor(RowKey.extents(inode, 1L << 39)))
          .isInstanceOf(MetadataDamagedException.class);
    }
  }
}
