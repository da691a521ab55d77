package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.testing.FuzzBytes;
import org.dedupfs.testing.ScratchDirectory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Rows of any cells with right checksums: told as damage, or rows that can be written again. */
class SqliteRowFuzzTest {
  private static Path directory;

  @BeforeAll
  static void make() throws IOException {
    directory = ScratchDirectory.make("dedupfs-rows");
  }

  @AfterAll
  static void delete() throws IOException {
    for (String name : List.of("metadata.sqlite", "metadata.sqlite-wal", "metadata.sqlite-shm")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.delete(directory);
  }

  @FuzzTest(maxDuration = "90s")
  void any_rows_are_damage_or_rows(byte[] input) throws IOException, SQLException {
    Path file = directory.resolve(SqliteFile.NAME);
    Files.deleteIfExists(file);
    SqliteMetadataStore.create(directory, SqliteOptions.DEFAULT.withDurable(false)).close();
    HostileRows.write(file, new FuzzBytes(input));
    try (SqliteMetadataStore store =
        SqliteMetadataStore.open(directory, SqliteOptions.DEFAULT.withDurable(false))) {
      for (SqliteTable<?> table : SqliteTables.all()) {
        takes(store, table.table());
      }
    }
  }

  private static <R extends Row> void takes(SqliteMetadataStore store, Table<R> table)
      throws IOException {
    List<R> sound = new ArrayList<>();
    try (MetadataSnapshot snapshot = store.snapshot();
        MetadataSnapshot.Rows<R> rows =
            snapshot.rows(RowKey.first(table), RowKey.end(table), (of, what) -> {})) {
      for (R row = rows.next(); row != null; row = rows.next()) {
        sound.add(row);
      }
    }
    for (R row : sound) {
      assertThat(row.weightBytes()).isPositive();
      assertThat(row.toString()).isNotNull();
      @SuppressWarnings("unchecked") // a row's key is of its table
      RowKey<R> key = (RowKey<R>) row.key();
      try {
        store.get(key);
        store.floor(key);
        store.range(key, RowKey.end(table), 10);
      } catch (MetadataDamagedException e) {
        assertThat(e).hasMessageContaining("damaged");
      }
      store.commit(new MetadataBatch().put(row));
      assertThat(store.get(key)).isEqualTo(row);
      if (row instanceof ExtentPage page) {
        assertThat(store.extentKeys(page.inode())).isNotEmpty();
      }
    }
  }
}
