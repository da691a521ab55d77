package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sweep gives back to the disk. */
class RocksDbSpaceTest {
  private static final int BLOCKS = 2_000;
  private static final int BYTES = 10_000;

  @TempDir Path directory;
  private final TestLease lease = new TestLease();

  private RocksDbBlockStore filled() throws IOException {
    RocksDbBlockStore store =
        RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), lease);
    for (int i = 1; i <= BLOCKS; i++) {
      Blocks.put(store, Blocks.random(i, BYTES));
      if (i % 100 == 0) {
        store.flush();
      }
    }
    return store;
  }

  private static SweepResult sweepAllBut(RocksDbBlockStore store, LiveSet live) throws IOException {
    store.beginMark(live);
    try {
      return store.sweep(new BlockId(store.lastAssigned() + 1), id -> {});
    } finally {
      store.endMark();
    }
  }

  private long tableBytes() throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> tables = Files.newDirectoryStream(directory, "*.sst")) {
      for (Path table : tables) {
        bytes += Files.size(table);
      }
    }
    return bytes;
  }

  private static void assertReads(RocksDbBlockStore store, LiveSet live) throws IOException {
    for (int i = 1; i <= BLOCKS; i++) {
      if (live.contains(i)) {
        assertThat(Blocks.reads(store, new BlockId(i), Blocks.random(i, BYTES))).isTrue();
      }
    }
  }

  @Test
  void space_of_dead_files_comes_back() throws IOException {
    LiveSet live = new PagedLiveSet();
    for (int i = 1; i <= BLOCKS / 10; i++) {
      live.add(i);
    }
    try (RocksDbBlockStore store = filled()) {
      assertThat(sweepAllBut(store, live).blocks()).isEqualTo(BLOCKS * 9 / 10);
      assertReads(store, live);
    }
    assertThat(tableBytes()).isLessThan(BLOCKS * BYTES / 5);
  }

  @Test
  void space_of_mostly_dead_files_comes_back() throws IOException {
    LiveSet live = new PagedLiveSet();
    for (int i = 1; i <= BLOCKS; i += 10) {
      live.add(i);
    }
    try (RocksDbBlockStore store = filled()) {
      sweepAllBut(store, live);
      assertReads(store, live);
      assertThat(store.statistics().storedBytes()).isLessThan(BLOCKS * BYTES / 9);
    }
    assertThat(tableBytes()).isLessThan(BLOCKS * BYTES / 5);
    try (RocksDbBlockStore store =
        RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), lease)) {
      assertReads(store, live);
    }
  }

  /** As by the command, which opens a store to sweep it. */
  @Test
  void space_of_mostly_dead_files_of_an_earlier_opening_comes_back() throws IOException {
    LiveSet live = new PagedLiveSet();
    for (int i = 1; i <= BLOCKS; i += 10) {
      live.add(i);
    }
    filled().close();
    try (RocksDbBlockStore store =
        RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), lease)) {
      sweepAllBut(store, live);
      assertReads(store, live);
    }
    assertThat(tableBytes()).isLessThan(BLOCKS * BYTES / 5);
  }

  @Test
  void giving_space_back_is_told_and_may_be_stopped_and_the_next_sweep_does_the_rest()
      throws IOException {
    LiveSet live = new PagedLiveSet();
    for (int i = 1; i <= BLOCKS; i += 10) {
      live.add(i);
    }
    try (RocksDbBlockStore store = filled()) {
      long before = tableBytes();
      store.beginMark(live);
      BlockId below = new BlockId(store.lastAssigned() + 1);
      assertThatThrownBy(() -> store.sweep(below, stoppedBeforeBytes()))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
      store.endMark();
      assertReads(store, live);
      assertThat(tableBytes()).isGreaterThan(before / 2);
      // Nothing is left to forget, and yet it is done.
      assertThat(sweepAllBut(store, live).blocks()).isZero();
      assertReads(store, live);
    }
    assertThat(tableBytes()).isLessThan(BLOCKS * BYTES / 5);
  }

  private static SweepProgress stoppedBeforeBytes() {
    return new SweepProgress() {
      @Override
      public void sweptUpTo(long id) {
        assertThat(id).isBetween(1L, (long) BLOCKS);
      }

      @Override
      public void wentThrough(long bytes, long totalBytes) throws InterruptedException {
        assertThat(bytes).isZero();
        assertThat(totalBytes).isGreaterThan(BLOCKS * BYTES / 2);
        throw new InterruptedException();
      }
    };
  }

  @Test
  void mostly_live_files_stay_as_they_are() throws IOException {
    LiveSet live = new PagedLiveSet();
    for (int i = 1; i <= BLOCKS; i++) {
      if (i % 10 != 0) {
        live.add(i);
      }
    }
    try (RocksDbBlockStore store = filled()) {
      Map<String, Long> before = blockFiles(store);
      assertThat(sweepAllBut(store, live).blocks()).isEqualTo(BLOCKS / 10);
      assertThat(blockFiles(store)).isEqualTo(before);
      assertReads(store, live);
    }
  }

  private static Map<String, Long> blockFiles(RocksDbBlockStore store) {
    Map<String, Long> files = new HashMap<>();
    store.families().db().getLiveFilesMetaData().stream()
        .filter(file -> java.util.Arrays.equals(file.columnFamilyName(), RocksFamilies.BLOCKS_NAME))
        .forEach(file -> files.put(file.fileName(), file.size()));
    return files;
  }
}
