package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Random;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.StoreStatistics;
import org.dedupfs.SweepSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics and sweeping, as users of a file system see them. */
class StoreCareTest {
  private static final int BYTES = 1 << 20;

  @TempDir Path host;
  private Path storePath;

  @BeforeEach
  void makeStore() throws IOException {
    storePath = host.resolve("store");
    byte[] data = new byte[BYTES];
    new Random(3).nextBytes(data);
    try (DedupFileSystem fs = DedupFileSystems.create(storePath)) {
      Files.write(fs.getPath("/one"), data);
      Files.write(fs.getPath("/same"), data);
      Files.copy(fs.getPath("/one"), fs.getPath("/clone"));
    }
  }

  @Test
  void statistics_tell_what_duplicates_saved() throws IOException {
    try (DedupFileSystem fs = DedupFileSystems.open(storePath)) {
      StoreStatistics statistics = fs.statistics();
      assertThat(statistics.files()).isEqualTo(3);
      assertThat(statistics.directories()).isEqualTo(1);
      assertThat(statistics.logicalBytes()).isEqualTo(3L * BYTES);
      assertThat(statistics.uniqueBytes()).isEqualTo(BYTES);
      assertThat(statistics.dedupRatio()).isEqualTo(3.0);
      assertThat(statistics.diskBytes()).isGreaterThan(BYTES);
    }
  }

  @Test
  void a_sweep_frees_what_no_file_uses() throws IOException {
    try (DedupFileSystem fs = DedupFileSystems.open(storePath)) {
      assertThat(fs.sweep()).isEqualTo(new SweepSummary(0, 0));
      Files.delete(fs.getPath("/one"));
      Files.delete(fs.getPath("/same"));
      assertThat(fs.sweep().blocksDeleted()).isZero();
      Files.delete(fs.getPath("/clone"));
      long blocks = fs.statistics().blocks();
      assertThat(fs.sweep(true).blocksDeleted()).isEqualTo(blocks);
      assertThat(fs.sweep().blocksDeleted()).isEqualTo(blocks).isPositive();
      assertThat(fs.statistics().uniqueBytes()).isZero();
    }
  }

  @Test
  void a_read_only_store_is_not_swept() throws IOException {
    DedupOptions readOnly = DedupOptions.builder().readOnly(true).build();
    try (DedupFileSystem fs = DedupFileSystems.open(storePath, readOnly)) {
      assertThat(fs.statistics().files()).isEqualTo(3);
      assertThatThrownBy(fs::sweep).isInstanceOf(ReadOnlyFileSystemException.class);
      fs.sync();
    }
  }
}
