package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteMetadataStoreTest extends AbstractMetadataStoreContract {
  private static final RowKey<Inode> FIRST = RowKey.inode(Rows.number(0));
  private static final RowKey<Inode> LAST = RowKey.inode(Rows.number(Long.MAX_VALUE));

  @TempDir Path directory;

  @Override
  protected MetadataStore create() throws IOException {
    return SqliteMetadataStore.create(directory, SqliteOptions.DEFAULT);
  }

  @Override
  protected MetadataStore reopen(MetadataStore old) throws IOException {
    old.close();
    return SqliteMetadataStore.open(directory, SqliteOptions.DEFAULT);
  }

  private SqliteMetadataStore sqlite() {
    return (SqliteMetadataStore) store;
  }

  private static MetadataBatch inodes(int count, long sizeBytes) {
    MetadataBatch batch = new MetadataBatch();
    for (int i = 0; i < count; i++) {
      batch.put(Rows.inode(2 + i, sizeBytes));
    }
    return batch;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void only_the_owner_may_read_the_files() throws IOException {
    store.commit(inodes(1, 1));
    assertThat(files()).hasSize(4);
    for (Path file : files()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void a_clean_close_leaves_one_file() throws IOException {
    store.commit(inodes(1, 1));
    store.close();
    assertThat(files()).containsExactly(directory.resolve("metadata.sqlite"));
  }

  @Test
  void a_second_store_is_not_created_over_the_first() {
    assertThatThrownBy(() -> SqliteMetadataStore.create(directory, SqliteOptions.DEFAULT))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void directories_with_any_name_can_be_used() throws IOException {
    Path odd = Files.createDirectory(directory.resolve("a b?c%41#&=ü"));
    SqliteMetadataStore.create(odd, SqliteOptions.DEFAULT).close();
    SqliteMetadataStore.open(odd, SqliteOptions.DEFAULT).close();
    assertThat(odd.resolve("metadata.sqlite")).exists();
  }

  @Test
  void what_was_committed_is_there_after_a_crash() throws IOException {
    store.commit(inodes(10, 1));
    Path crashed = Files.createDirectory(directory.resolve("crashed"));
    for (Path file : files()) {
      if (Files.isRegularFile(file)) {
        Files.copy(file, crashed.resolve(file.getFileName()));
      }
    }
    try (MetadataStore recovered = SqliteMetadataStore.open(crashed, SqliteOptions.DEFAULT)) {
      assertThat(recovered.range(FIRST, LAST, 99)).hasSize(10);
    }
  }

  @Test
  void readers_see_all_or_nothing_of_a_commit_and_do_not_wait_for_it() throws Exception {
    store.commit(inodes(500, 1));
    CompletableFuture<Void> commit =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 2; i < 40; i++) {
                  store.commit(inodes(500, i));
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    List<CompletableFuture<Void>> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      readers.add(CompletableFuture.runAsync(() -> readUntil(commit)));
    }
    for (CompletableFuture<Void> reader : readers) {
      reader.get();
    }
    commit.get();
  }

  private void readUntil(CompletableFuture<Void> end) {
    try {
      do {
        List<Inode> seen = store.range(FIRST, LAST, 1000);
        assertThat(seen).hasSize(500);
        assertThat(seen.stream().map(Inode::sizeBytes).distinct()).hasSize(1);
      } while (!end.isDone());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void reads_go_on_while_a_commit_holds_its_transaction_open() throws Exception {
    store.commit(inodes(1, 1));
    sqlite().onWriter("BEGIN IMMEDIATE");
    sqlite().onWriter("DELETE FROM inode");
    assertThat(store.range(FIRST, LAST, 9)).hasSize(1);
    sqlite().onWriter("ROLLBACK");
  }

  @Test
  void many_threads_can_commit() throws Exception {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int base = t * 1000;
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 25; i++) {
                    store.commit(new MetadataBatch().put(new Orphan(Rows.number(base + i))));
                  }
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }));
    }
    for (CompletableFuture<Void> thread : threads) {
      thread.get();
    }
    assertThat(
            store.range(
                RowKey.orphan(Rows.number(0)), RowKey.orphan(Rows.number(Long.MAX_VALUE)), 999))
        .hasSize(100);
  }

  @Test
  void interrupted_threads_commit_and_read_as_others_do() throws IOException {
    Thread.currentThread().interrupt();
    store.commit(inodes(5, 1));
    assertThat(store.range(FIRST, LAST, 9)).hasSize(5);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void a_full_disk_is_named_changes_nothing_and_ends_all_commits() throws Exception {
    store.commit(inodes(100, 1));
    sqlite().onWriter("PRAGMA max_page_count = 60");
    assertThatThrownBy(() -> store.commit(inodes(20_000, 2)))
        .isInstanceOf(MetadataFullException.class)
        .hasMessageContaining("metadata.sqlite")
        .hasMessageContaining("no space left");
    assertThat(store.range(FIRST, LAST, 999)).hasSize(100);
    sqlite().onWriter("PRAGMA max_page_count = 100000");
    assertThatThrownBy(() -> store.commit(inodes(1, 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("read-only since")
        .hasRootCauseInstanceOf(org.sqlite.SQLiteException.class);
    assertThat(store.get(RowKey.inode(Rows.number(2)))).isEqualTo(Rows.inode(2, 1));
    store = reopen(store);
    store.commit(inodes(20_000, 3));
  }

  @Test
  void after_a_commit_that_failed_at_its_end_there_is_no_other() throws Exception {
    store.commit(inodes(1, 1));
    // A deferred constraint is the one thing that can be made to fail at COMMIT itself.
    sqlite().onWriter("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
    sqlite().onWriter("CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");
    sqlite()
        .onWriter(
            "CREATE TEMP TRIGGER spoil AFTER INSERT ON main.orphan"
                + " BEGIN INSERT INTO child VALUES (1); END");
    sqlite().onWriter("PRAGMA foreign_keys = ON");
    MetadataBatch batch = inodes(3, 2).put(new Orphan(Rows.number(5)));
    assertThatThrownBy(() -> store.commit(batch)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store.commit(inodes(1, 1))).hasMessageContaining("read-only since");
    assertThat(store.range(FIRST, LAST, 9)).containsExactly(Rows.inode(2, 1));
    store = reopen(store);
    assertThat(store.range(FIRST, LAST, 9)).containsExactly(Rows.inode(2, 1));
  }

  @Test
  void the_log_stays_short() throws Exception {
    Path log = directory.resolve("metadata.sqlite-wal");
    long longest = 0;
    for (int i = 0; i < 12; i++) {
      store.commit(inodes(6000, i));
      longest = Math.max(longest, Files.size(log));
    }
    assertThat(longest).isLessThan(2 * SqliteCheckpointer.CUT_ABOVE_BYTES);
    MetadataBatch huge = new MetadataBatch();
    for (int i = 0; i < 40; i++) {
      huge.put(new JournalEntry(1 + i, new byte[1 << 20]));
    }
    store.commit(huge);
    while (Files.size(log) > SqliteCheckpointer.CUT_ABOVE_BYTES) {
      Thread.onSpinWait();
    }
  }

  @Test
  void a_store_without_durability_keeps_what_was_committed() throws IOException {
    store.close();
    store = SqliteMetadataStore.open(directory, SqliteOptions.DEFAULT.withDurable(false));
    store.commit(inodes(5, 1));
    store = reopen(store);
    assertThat(store.range(FIRST, LAST, 9)).hasSize(5);
  }

  @Test
  void nothing_works_after_close() throws IOException {
    store.close();
    assertThatThrownBy(() -> store.get(FIRST)).hasMessageContaining("closed");
    assertThatThrownBy(() -> store.commit(inodes(1, 1))).hasMessageContaining("closed");
  }
}
