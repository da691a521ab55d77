package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Damaged files that RocksDB wants to merge with others, and cannot. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DamagedMergeTest {
  private static final int PER_FILE = 30;
  private static final int FILES = 8;
  private static final int FIRST_VICTIM = 3;

  @TempDir Path directory;
  private final TestLease lease = new TestLease();
  private int next = 1;

  private static byte[] data(int number) {
    return Blocks.random(number, 20_000);
  }

  private RocksDbBlockStore open() throws IOException {
    return RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), lease);
  }

  private void putFile(RocksDbBlockStore store) throws IOException {
    for (int i = 0; i < PER_FILE; i++) {
      Blocks.put(store, data(next++));
    }
    store.flush();
  }

  /** The file of a block, once it was moved out of the first level, which takes a moment. */
  private static Path fileOf(RocksDbBlockStore store, long id) {
    while (true) {
      for (LiveFileMetaData file : store.families().db().getLiveFilesMetaData()) {
        if (Arrays.equals(file.columnFamilyName(), RocksFamilies.BLOCKS_NAME)
            && file.level() > 0
            && Keys.number(file.smallestKey(), 0) <= id
            && id <= Keys.number(file.largestKey(), 0)) {
          return Path.of(file.path(), file.fileName());
        }
      }
    }
  }

  /** Flips a bit in the middle of what looks like this in a file. */
  private static void damage(Path file, byte[] data) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer all = ByteBuffer.allocate((int) channel.size());
      channel.read(all, 0);
      int at = 0;
      while (!Arrays.equals(all.array(), at, at + data.length, data, 0, data.length)) {
        at++;
      }
      flip(file, at + data.length / 2);
    }
  }

  private static void flip(Path file, int at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      channel.write(one.put(0, (byte) (one.get(0) ^ 1)).flip(), at);
    }
  }

  private static boolean isMerging(RocksDbBlockStore store) throws RocksDBException {
    return isMerging(store, store.families().blocks());
  }

  private static boolean isMerging(RocksDbBlockStore store, ColumnFamilyHandle family)
      throws RocksDBException {
    return !store.families().db().getOptions(family).disableAutoCompactions();
  }

  @Test
  void merging_pauses_and_all_else_goes_on() throws Exception {
    Path file;
    try (RocksDbBlockStore store = open()) {
      for (int i = 0; i < FILES; i++) {
        putFile(store);
      }
      file = fileOf(store, FIRST_VICTIM);
    }
    damage(file, data(FIRST_VICTIM));
    damage(file, data(FIRST_VICTIM + 1));
    try (RocksDbBlockStore store = open()) {
      for (int victim : new int[] {FIRST_VICTIM, FIRST_VICTIM + 1}) {
        BlockId id = new BlockId(victim);
        assertThat(Blocks.reads(store, id, data(victim))).isFalse();
      }
      // One is healed, in a file of its own; the other one stays damaged, so that merging fails.
      BlockId healed = new BlockId(FIRST_VICTIM);
      assertThat(Blocks.put(store, data(FIRST_VICTIM))).isEqualTo(healed);
      store.flush();
      RocksDB db = store.families().db();
      while (db.getLongProperty("rocksdb.background-errors") == 0) {
        putFile(store);
      }
      while (!store.families().mergePauses().isPaused() || isMerging(store)) {
        Thread.onSpinWait();
      }
      putFile(store);
      for (int i = 1; i < next; i++) {
        BlockId id = store.find(store.hash(ByteBuffer.wrap(data(i))));
        if (i == FIRST_VICTIM + 1) {
          assertThat(id).isNull(); // damaged: a put is to heal it
        } else {
          assertThat(id).isNotNull();
          assertThat(Blocks.reads(store, id, data(i))).as("block %d", i).isTrue();
        }
      }
    }
  }

  @Test
  void merging_of_a_damaged_index_pauses_too() throws Exception {
    Path file = null;
    try (RocksDbBlockStore store = open()) {
      putFile(store);
      putFile(store);
      for (LiveFileMetaData each : store.families().db().getLiveFilesMetaData()) {
        if (Arrays.equals(each.columnFamilyName(), RocksFamilies.INDEX_NAME)) {
          file = Path.of(each.path(), each.fileName());
        }
      }
    }
    flip(Objects.requireNonNull(file), 100);
    try (RocksDbBlockStore store = open()) {
      ColumnFamilyHandle index = store.families().index();
      while (!store.families().mergePauses().isPaused() || isMerging(store, index)) {
        putFile(store);
      }
      putFile(store);
      for (int i = 1; i <= 2 * PER_FILE; i++) {
        assertThat(Blocks.reads(store, new BlockId(i), data(i))).as("block %d", i).isTrue();
      }
    }
  }
}
