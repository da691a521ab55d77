package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.unlink;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dedupfs.StoreStatistics;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.maintenance.SweepReport;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.SqliteMetadataStore;
import org.dedupfs.metadata.SqliteOptions;
import org.dedupfs.metadata.Table;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.OpenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics against what is found by looking at everything. */
class StoreStatisticsTest {
  @TempDir Path temp;

  private Path directory() {
    return temp.resolve("store");
  }

  private Store create() throws IOException {
    return Store.open(
        directory(),
        StoreFixture.options().create(true).chunking("fixed:4k").compression("none").build());
  }

  /** Two copies, a clone, a sparse file, hard links, special files, directories. */
  private static void fill(Store store) throws IOException {
    byte[] data = random(1, 50 * 4096);
    write(store.tree(), "/a", data);
    write(store.tree(), "/b", data);
    NewFile file = new NewFile(FileType.REGULAR, 0644, 0, 0, 0);
    InodeNumber root = InodeNumber.ROOT;
    InodeNumber a = lookup(store, "a");
    store.tree().cloneFile(a, root, FileName.of("c"), file, true, false);
    store.tree().link(a, root, FileName.of("hard"));
    store
        .tree()
        .makeDirectory(root, FileName.of("d"), new NewFile(FileType.DIRECTORY, 0755, 0, 0, 0));
    store.tree().makeSymlink(root, FileName.of("l"), StoreFixture.bytes("a"), file);
    store.tree().create(root, FileName.of("p"), new NewFile(FileType.FIFO, 0644, 0, 0, 0));
    try (OpenFile sparse = store.tree().createAndOpen(root, FileName.of("sparse"), file)) {
      sparse.write(10L << 20, ByteBuffer.wrap(random(2, 4096)));
      sparse.setSize(20L << 20);
    }
  }

  private static InodeNumber lookup(Store store, String name) throws IOException {
    return store.tree().entry(InodeNumber.ROOT, FileName.of(name)).inode();
  }

  @Test
  void all_numbers_are_what_looking_at_everything_finds() throws IOException {
    StoreStatistics told;
    try (Store store = create()) {
      fill(store);
      store.syncAll();
      told = store.statistics();
      long onDisk = 0;
      for (Path part : List.of(directory(), directory().resolve("blocks"))) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(part)) {
          for (Path file : files) {
            onDisk += Files.isRegularFile(file) ? Files.size(file) : 0;
          }
        }
      }
      assertThat(told.diskBytes()).isBetween(onDisk, onDisk + 40 * 4096);
      assertThat(told.metadataBytes())
          .isEqualTo(
              Files.size(directory().resolve("metadata.sqlite"))
                  + Files.size(directory().resolve("metadata.sqlite-wal"))
                  + Files.size(directory().resolve("metadata.sqlite-shm")));
    }
    try (MetadataStore metadata = SqliteMetadataStore.open(directory(), SqliteOptions.DEFAULT)) {
      List<Inode> inodes = all(metadata, Table.INODE);
      long directories = inodes.stream().filter(Inode::isDirectory).count();
      assertThat(told.directories()).isEqualTo(directories).isEqualTo(2);
      assertThat(told.files()).isEqualTo(inodes.size() - directories).isEqualTo(6);
      long logical = 0;
      Map<Long, Long> lengths = new HashMap<>();
      for (ExtentPage page : all(metadata, Table.EXTENTS)) {
        for (Extent extent : page.extents()) {
          if (extent.isBlock()) {
            logical += extent.lengthBytes();
            lengths.put(extent.blockId(), extent.lengthBytes());
          }
        }
      }
      long unique = lengths.values().stream().mapToLong(Long::longValue).sum();
      assertThat(told.logicalBytes()).isEqualTo(logical).isEqualTo(151 * 4096);
      assertThat(told.uniqueBytes()).isEqualTo(unique).isEqualTo(51 * 4096);
      assertThat(told.blocks()).isEqualTo(lengths.size()).isEqualTo(51);
    }
    assertThat(told.storedBytes()).isBetween(51L * 4096, 51L * (4096 + 64));
    assertThat(told.deadBytes()).isZero();
    assertThat(told.dedupRatio()).isEqualTo(151.0 / 51);
    assertThat(told.compressionRatio()).isBetween(0.98, 1.0);
    assertThat(told.spaceRatio()).isEqualTo((double) told.logicalBytes() / told.diskBytes());
  }

  private static <R extends org.dedupfs.metadata.Row> List<R> all(
      MetadataStore metadata, Table<R> table) throws IOException {
    return metadata.range(
        new RowKey<>(table, 0, 0, null), new RowKey<>(table, Long.MAX_VALUE, 0, null), 100_000);
  }

  @Test
  void files_directories_and_logical_bytes_count_before_they_are_committed() throws IOException {
    try (Store store = create()) {
      fill(store);
      StoreStatistics before = store.statistics();
      assertThat(List.of(before.files(), before.directories(), before.logicalBytes()))
          .isEqualTo(List.of(6L, 2L, 151L * 4096));
      store.syncAll();
      assertThat(store.statistics().logicalBytes()).isEqualTo(before.logicalBytes());
      unlink(store.tree(), "/sparse");
      assertThat(store.statistics().logicalBytes()).isEqualTo(150L * 4096);
    }
  }

  @Test
  void the_same_numbers_are_told_after_opening_again() throws IOException {
    StoreStatistics before;
    try (Store store = create()) {
      fill(store);
      store.syncAll();
      before = store.statistics();
    }
    try (Store store = StoreFixture.open(directory())) {
      StoreStatistics after = store.statistics();
      assertThat(
              List.of(
                  after.files(),
                  after.directories(),
                  after.logicalBytes(),
                  after.uniqueBytes(),
                  after.storedBytes(),
                  after.blocks()))
          .isEqualTo(
              List.of(
                  before.files(),
                  before.directories(),
                  before.logicalBytes(),
                  before.uniqueBytes(),
                  before.storedBytes(),
                  before.blocks()));
    }
  }

  @Test
  void ratios_of_an_empty_store_are_defined() throws IOException {
    try (Store store = create()) {
      StoreStatistics told = store.statistics();
      assertThat(told.files()).isZero();
      assertThat(told.directories()).isEqualTo(1);
      assertThat(told.blocks()).isZero();
      assertThat(told.dedupRatio()).isEqualTo(1.0);
      assertThat(told.compressionRatio()).isEqualTo(1.0);
      assertThat(told.spaceRatio()).isZero();
    }
  }

  @Test
  void dead_bytes_are_those_that_a_mark_found_and_left() throws IOException {
    try (Store store = create()) {
      write(store.tree(), "/a", random(1, 10 * 4096));
      write(store.tree(), "/b", random(2, 30 * 4096));
      store.syncAll();
      long storedBefore = store.statistics().storedBytes();
      unlink(store.tree(), "/b");
      store.syncAll();
      assertThat(store.statistics().deadBytes()).as("not found yet").isZero();
      assertThat(store.statistics().logicalBytes()).isEqualTo(10 * 4096);

      SweepReport dry = store.sweep(true, SweepListener.NONE);
      assertThat(dry.deadBlocks()).isEqualTo(30);
      assertThat(dry.liveBlocks()).isEqualTo(10);
      StoreStatistics marked = store.statistics();
      assertThat(marked.deadBytes()).isEqualTo(dry.deadStoredBytes()).isPositive();
      assertThat(marked.storedBytes() + marked.deadBytes()).isEqualTo(storedBefore);
      assertThat(marked.blocks()).isEqualTo(10);
      assertThat(marked.uniqueBytes()).isEqualTo(10 * 4096);

      SweepReport swept = store.sweep(false, SweepListener.NONE);
      assertThat(swept.deadBlocks()).isEqualTo(30);
      StoreStatistics clean = store.statistics();
      assertThat(clean.deadBytes()).isZero();
      assertThat(clean.blocks()).isEqualTo(10);
      assertThat(clean.uniqueBytes()).isEqualTo(10 * 4096);
      assertThat(StoreFixture.read(store.tree(), "/a")).isEqualTo(random(1, 10 * 4096));
    }
  }

  @Test
  void orphans_count_until_their_last_close() throws IOException {
    try (Store store = create()) {
      write(store.tree(), "/a", new byte[4096]);
      byte[] data = new byte[8192];
      Arrays.fill(data, (byte) 1);
      write(store.tree(), "/b", data);
      store.syncAll();
      OpenFile file = store.tree().open(lookup(store, "b"));
      unlink(store.tree(), "/b");
      assertThat(store.statistics().files()).isEqualTo(2);
      assertThat(store.statistics().logicalBytes()).as("zeros are holes").isEqualTo(8192);
      file.close();
      assertThat(store.statistics().files()).isEqualTo(1);
      assertThat(store.statistics().logicalBytes()).isZero();
    }
  }
}
