package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Files that a compaction deletes between being listed and being read. */
class TableReadsTest {
  @TempDir Path directory;
  private final List<File> tables = new ArrayList<>();
  private final byte[] key = Keys.of(1);

  @BeforeEach
  void fill() throws IOException {
    Path blocks = directory.resolve("blocks");
    try (RocksDbBlockStore store =
        RocksDbBlockStore.open(blocks, AbstractBlockStoreTest.options(), new TestLease())) {
      ByteBuffer raw = ByteBuffer.wrap(new byte[] {1, 2, 3});
      store.put(store.encode(store.hash(raw), raw));
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(blocks, "*.sst")) {
      for (Path file : files) {
        try (BlockRescue.OpenTable table = BlockRescue.OpenTable.of(file)) {
          if (table.holdsBlocks()) {
            tables.add(file.toFile());
          }
        } catch (RocksDBException e) {
          throw new IOException(e);
        }
      }
    }
    assertThat(tables).isNotEmpty();
  }

  private File gone(String name) {
    return directory.resolve(name).toFile();
  }

  private static TableReads.Listing oneAfterTheOther(List<List<File>> lists) {
    Deque<List<File>> left = new ArrayDeque<>(lists);
    return ignored -> left.size() > 1 ? left.pop() : left.element();
  }

  @Test
  void a_file_that_went_is_looked_for_where_its_blocks_went() throws RocksDBException {
    byte[] record =
        TableReads.record(
            oneAfterTheOther(List.of(List.of(gone("1.sst")), List.of(gone("2.sst")), tables)), key);
    assertThat(record).isNotNull();
  }

  @Test
  void a_file_that_is_listed_and_not_there_is_a_failure() {
    assertThatThrownBy(
            () -> TableReads.record(oneAfterTheOther(List.of(List.of(gone("1.sst")))), key))
        .isInstanceOf(RocksDBException.class)
        .hasMessageContaining("No such file");
  }

  @Test
  void what_no_file_has_is_nothing() throws RocksDBException {
    assertThat(TableReads.record(oneAfterTheOther(List.of(tables)), Keys.of(2))).isNull();
    assertThat(TableReads.record(oneAfterTheOther(List.of(List.of(gone("1.sst")), List.of())), key))
        .isNull();
  }
}
