package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dedupfs.testing.SmallDisk;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A metadata file that is saved where there is too little space. Needs the right to mount. */
class SalvageFullDiskTest {
  private static final int ROWS = 100;
  private static final int VALUE_CHARS = 60_000;
  private static final int HEADER_BYTES = 100;

  @TempDir Path temporary;
  @AutoClose private SmallDisk disk;

  @BeforeEach
  void fill() throws IOException {
    disk = SmallDisk.mount(temporary, "size=64m");
    MetadataBatch batch = new MetadataBatch();
    for (int i = 0; i < ROWS; i++) {
      batch.put(row(i));
    }
    try (MetadataStore store = SqliteMetadataStore.create(disk.path(), SqliteOptions.DEFAULT)) {
      store.commit(batch);
    }
    try (FileChannel file =
        FileChannel.open(disk.path().resolve(SqliteFile.NAME), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(HEADER_BYTES));
    }
  }

  private static Property row(int i) {
    return new Property("property " + i, String.valueOf((char) ('a' + i % 26)).repeat(VALUE_CHARS));
  }

  /** The rows are saved in the log of the new file, and there is no space to merge it. */
  @Test
  void nothing_is_replaced_unless_all_that_was_saved_is_written() throws IOException {
    Path file = disk.path().resolve(SqliteFile.NAME);
    long bytes = Files.size(file);
    boolean replaced = false;
    int refusals = 0;
    for (long tenths = 12; !replaced; tenths++) {
      disk.resize(bytes * tenths / 10);
      try {
        assertThat(SqliteSalvage.run(disk.path()).rows()).isGreaterThanOrEqualTo(ROWS);
        replaced = true;
      } catch (IOException e) {
        assertThat(e)
            .isInstanceOf(MetadataFullException.class)
            .hasMessageContainingAll("no space left", "needs up to ", "nothing was replaced");
        assertThat(Files.size(file)).isEqualTo(bytes);
        refusals++;
      }
    }
    assertThat(refusals).isPositive();
    disk.resize(bytes * 10);
    try (MetadataStore store = SqliteMetadataStore.open(disk.path(), SqliteOptions.DEFAULT)) {
      for (int i = 0; i < ROWS; i++) {
        assertThat(store.get(RowKey.property("property " + i))).isEqualTo(row(i));
      }
    }
  }
}
