package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dedupfs.testing.Prerequisites;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A metadata file that is saved where there is too little space. Needs the right to mount. */
class SalvageFullDiskTest {
  private static final int ROWS = 100;
  private static final int VALUE_CHARS = 60_000;
  private static final int HEADER_BYTES = 100;

  @TempDir Path disk;
  private boolean mounted;

  @BeforeEach
  void fill() throws Exception {
    mounted = runs("mount", "-t", "tmpfs", "-o", "size=64m", "none", disk.toString());
    if (!mounted) {
      throw Prerequisites.noMount();
    }
    MetadataBatch batch = new MetadataBatch();
    for (int i = 0; i < ROWS; i++) {
      batch.put(row(i));
    }
    try (MetadataStore store = SqliteMetadataStore.create(disk, SqliteOptions.DEFAULT)) {
      store.commit(batch);
    }
    try (FileChannel file =
        FileChannel.open(disk.resolve(SqliteFile.NAME), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(HEADER_BYTES));
    }
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(runs("umount", disk.toString()) || runs("umount", "-l", disk.toString())).isTrue();
    }
  }

  private static boolean runs(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Property row(int i) {
    return new Property("property " + i, String.valueOf((char) ('a' + i % 26)).repeat(VALUE_CHARS));
  }

  private void resize(long kib) throws Exception {
    assertThat(runs("mount", "-o", "remount,size=" + kib + "k", disk.toString())).isTrue();
  }

  /** The rows are saved in the log of the new file, and there is no space to merge it. */
  @Test
  void nothing_is_replaced_unless_all_that_was_saved_is_written() throws Exception {
    Path file = disk.resolve(SqliteFile.NAME);
    long kib = Files.size(file) >> 10;
    boolean replaced = false;
    int refusals = 0;
    for (long tenths = 12; !replaced; tenths++) {
      resize(kib * tenths / 10);
      try {
        assertThat(SqliteSalvage.run(disk).rows()).isGreaterThanOrEqualTo(ROWS);
        replaced = true;
      } catch (IOException e) {
        assertThat(e)
            .isInstanceOf(MetadataFullException.class)
            .hasMessageContainingAll("no space left", "needs up to ", "nothing was replaced");
        assertThat(Files.size(file) >> 10).isEqualTo(kib);
        refusals++;
      }
    }
    assertThat(refusals).isPositive();
    resize(kib * 10);
    try (MetadataStore store = SqliteMetadataStore.open(disk, SqliteOptions.DEFAULT)) {
      for (int i = 0; i < ROWS; i++) {
        assertThat(store.get(RowKey.property("property " + i))).isEqualTo(row(i));
      }
    }
  }
}
