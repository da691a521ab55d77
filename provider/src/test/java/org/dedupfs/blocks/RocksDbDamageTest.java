package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Files of a store that are changed or taken away while it is closed. */
class RocksDbDamageTest {
  private static final long SEED = Long.getLong("seed", 4_711L);
  private static final int BLOCKS = 60;

  @TempDir Path temporary;
  private final TestLease lease = new TestLease();
  private Path directory;

  @BeforeEach
  void fill() throws IOException {
    directory = temporary.resolve("blocks");
    try (RocksDbBlockStore store = open()) {
      for (int i = 1; i <= BLOCKS; i++) {
        Blocks.put(store, data(i));
      }
    }
  }

  private static byte[] data(int i) {
    return Blocks.random(i, 20_000);
  }

  private RocksDbBlockStore open() throws IOException {
    return RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), lease);
  }

  private List<Path> files(String glob) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
      entries.forEach(files::add);
    }
    Collections.sort(files);
    return files;
  }

  private Path largestTable() throws IOException {
    Path largest = null;
    for (Path table : files("*.sst")) {
      if (largest == null || Files.size(table) > Files.size(largest)) {
        largest = table;
      }
    }
    assertThat(largest).isNotNull();
    return largest;
  }

  private static void flip(Path file, long offset) throws IOException {
    // A copy first: tables of other directories may be the same file.
    Path copy = Files.copy(file, file.resolveSibling("copy.tmp"));
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, offset);
      one.put(0, (byte) (one.get(0) ^ 0x10));
      channel.write(one.flip(), offset);
    }
  }

  @Test
  void a_flipped_bit_in_a_record_damages_that_block_only_and_a_put_heals_it() throws IOException {
    Path table = largestTable();
    flip(table, Files.size(table) / 2);
    try (RocksDbBlockStore store = open()) {
      List<Integer> damaged = unreadable(store);
      assertThat(damaged).hasSize(1);
      int victim = damaged.get(0);
      assertThat(store.damaged()).containsExactly(new BlockId(victim));
      assertThat(Blocks.put(store, data(victim))).isEqualTo(new BlockId(victim));
      assertThat(unreadable(store)).isEmpty();
      assertThat(store.damaged()).isEmpty();
      assertThat(store.statistics().blocks()).isEqualTo(BLOCKS);
    }
    try (RocksDbBlockStore store = open()) {
      assertThat(unreadable(store)).isEmpty();
    }
  }

  @Test
  void a_block_that_reads_again_is_damaged_no_more() throws IOException {
    Path table = largestTable();
    long offset = Files.size(table) / 2;
    flip(table, offset);
    BlockId victim;
    try (RocksDbBlockStore store = open()) {
      victim = new BlockId(unreadable(store).get(0));
    }
    flip(table, offset);
    BlockStoreOptions readOnly =
        AbstractBlockStoreTest.options().withCreate(false).withReadOnly(true);
    try (RocksDbBlockStore store = RocksDbBlockStore.open(directory, readOnly, lease)) {
      assertThat(store.verify(victim)).isPositive();
      assertThat(store.damaged()).containsExactly(victim);
    }
    try (RocksDbBlockStore store = open()) {
      assertThat(store.damaged()).containsExactly(victim);
      assertThat(store.verify(victim)).isPositive();
      assertThat(store.damaged()).isEmpty();
      assertThat(Blocks.put(store, data((int) victim.value()))).isEqualTo(victim);
    }
    try (RocksDbBlockStore store = open()) {
      assertThat(store.damaged()).isEmpty();
      assertThat(unreadable(store)).isEmpty();
      assertThat(store.statistics().blocks()).isEqualTo(BLOCKS);
    }
  }

  @Test
  void an_index_that_is_made_anew_loses_only_blocks_of_what_cannot_be_read() throws IOException {
    // From four files on a look-up passes by those whose range of ids it is not in.
    int batches = 5;
    List<Path> before = new ArrayList<>();
    try (RocksDbBlockStore store = open()) {
      for (int batch = 1; batch <= batches; batch++) {
        before = files("*.sst");
        for (int i = 0; i < BLOCKS; i++) {
          Blocks.put(store, data(batch * 1_000 + i));
        }
        store.flush();
      }
    }
    for (Path table : files("*.sst")) {
      if (!before.contains(table) && Files.size(table) > BLOCKS * 10_000) {
        flip(table, 20); // its first block
      }
    }
    BlockStoreOptions options = AbstractBlockStoreTest.options().withCreate(false);
    assertThat(IndexRebuild.run(directory, options, id -> {})).isEqualTo(1);
    try (RocksDbBlockStore store = open()) {
      assertThat(store.damaged()).singleElement().matches(id -> id.value() > BLOCKS);
      assertThat(unreadable(store)).isEmpty();
      assertThat(store.statistics().blocks()).isEqualTo((batches + 1L) * BLOCKS);
    }
  }

  private Path indexTable() throws IOException, RocksDBException {
    for (Path file : files("*.sst")) {
      try (BlockRescue.OpenTable table = BlockRescue.OpenTable.of(file)) {
        byte[] family = table.reader().getTableProperties().getColumnFamilyName();
        if (Arrays.equals(family, RocksFamilies.INDEX_NAME)) {
          return file;
        }
      }
    }
    throw new AssertionError("there is no index");
  }

  private static void sweepAll(RocksDbBlockStore store) throws IOException {
    store.beginMark(new PagedLiveSet());
    SweepResult unused = store.sweep(new BlockId(store.lastAssigned() + 1), id -> {});
    store.endMark();
  }

  /** A disk that fails for a moment must leave no entry of the index without its block. */
  @Test
  void what_a_sweep_cannot_look_up_in_the_index_is_left_for_the_next_one() throws Exception {
    Path table = indexTable();
    flip(table, 20); // its first block
    try (RocksDbBlockStore store = open()) {
      sweepAll(store);
    }
    flip(table, 20); // it can be read again
    try (RocksDbBlockStore store = open()) {
      List<BlockFinding> findings = new ArrayList<>();
      store.check(findings::add, id -> {});
      assertThat(findings).isEmpty();
      sweepAll(store);
      assertThat(store.statistics().blocks()).isZero();
    }
  }

  @Test
  void a_store_with_a_damaged_file_goes_on_writing_for_long() throws IOException {
    Path table = largestTable();
    flip(table, Files.size(table) / 2);
    try (RocksDbBlockStore store = open()) {
      int victim = unreadable(store).get(0);
      Blocks.put(store, data(victim));
      // Enough flushes to begin several compactions, which meet the damaged file.
      for (int i = 0; i < 30; i++) {
        Blocks.put(store, Blocks.random(1_000 + i, 5_000));
        store.flush();
      }
      assertThat(unreadable(store)).isEmpty();
      for (int i = 0; i < 30; i++) {
        byte[] raw = Blocks.random(1_000 + i, 5_000);
        assertThat(Blocks.reads(store, Blocks.put(store, raw), raw)).isTrue();
      }
    }
  }

  @Test
  void no_flipped_bit_anywhere_is_handed_out_as_data() throws IOException {
    Random random = new Random(SEED);
    for (int round = 0; round < 8; round++) {
      Path original = directory;
      directory = StoreCopy.of(original, temporary);
      List<Path> tables = files("*.sst");
      Path table = tables.get(random.nextInt(tables.size()));
      long size = Files.size(table);
      // Half of them near the end, where the index of the file is.
      long offset =
          random.nextBoolean() ? random.nextInt((int) size) : size - 1 - random.nextInt(600);
      flip(table, Math.max(0, offset));
      try (RocksDbBlockStore store = open()) {
        unreadable(store);
        for (int i = 1; i <= BLOCKS; i++) {
          BlockId id = Blocks.put(store, data(i));
          assertThat(Blocks.reads(store, id, data(i))).as("seed %d", SEED).isTrue();
        }
      } catch (BlockStoreDamagedException e) {
        assertThat(e).hasMessageContaining("repair");
      }
      directory = original;
    }
  }

  /** Reads all blocks: the bytes are right, or it is damage. */
  private static List<Integer> unreadable(BlockStore store) throws IOException {
    List<Integer> damaged = new ArrayList<>();
    for (int i = 1; i <= BLOCKS; i++) {
      if (!Blocks.reads(store, new BlockId(i), data(i))) {
        damaged.add(i);
      }
    }
    return damaged;
  }

  @Test
  void a_missing_table_is_told_and_what_it_held_can_be_put_again() throws IOException {
    Files.delete(largestTable());
    try (RocksDbBlockStore store = open()) {
      assertThat(unreadable(store)).isNotEmpty();
      for (int i = 1; i <= BLOCKS; i++) {
        Blocks.put(store, data(i));
      }
      assertThat(unreadable(store)).isEmpty();
    }
    try (RocksDbBlockStore store = open()) {
      assertThat(unreadable(store)).isEmpty();
    }
  }

  @Test
  void a_missing_directory_is_told_with_its_name() {
    directory = temporary.resolve("nowhere");
    BlockStoreOptions options = AbstractBlockStoreTest.options().withCreate(false);
    assertThatThrownBy(() -> RocksDbBlockStore.open(directory, options, lease))
        .isInstanceOf(BlockStoreDamagedException.class)
        .hasMessageContaining(directory + " is missing");
    assertThat(directory).doesNotExist();
  }

  @Test
  void a_missing_current_file_is_told_with_its_name_and_nothing_is_overwritten()
      throws IOException {
    Path current = directory.resolve("CURRENT");
    byte[] content = Files.readAllBytes(current);
    Files.delete(current);
    assertThatThrownBy(this::open)
        .isInstanceOf(BlockStoreDamagedException.class)
        .hasMessageContaining(current.toString());
    Files.write(current, content);
    try (RocksDbBlockStore store = open()) {
      assertThat(unreadable(store)).isEmpty();
    }
  }

  @Test
  void a_damaged_manifest_is_told_with_its_name() throws IOException {
    for (Path manifest : files("MANIFEST-*")) {
      Files.write(manifest, Blocks.random(1, (int) Files.size(manifest)));
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(BlockStoreDamagedException.class)
        .hasMessageContaining("MANIFEST");
  }

  @Test
  void a_missing_manifest_is_told_with_its_name() throws IOException {
    for (Path manifest : files("MANIFEST-*")) {
      Files.delete(manifest);
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(BlockStoreDamagedException.class)
        .hasMessageContaining("MANIFEST");
  }

  @Test
  void a_current_file_with_other_content_is_told_with_its_name() throws IOException {
    Files.write(directory.resolve("CURRENT"), "rubbish".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(this::open)
        .isInstanceOf(BlockStoreDamagedException.class)
        .hasMessageContaining("CURRENT");
  }

  @Test
  void a_store_that_is_open_already_is_told() throws IOException {
    try (RocksDbBlockStore store = open()) {
      assertThat(store.lastAssigned()).isEqualTo(BLOCKS);
      assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
    }
  }

  @Test
  void another_hash_is_refused() {
    BlockStoreOptions other = AbstractBlockStoreTest.options().withHash("SHA-512");
    assertThatThrownBy(() -> RocksDbBlockStore.open(directory, other, lease))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SHA-256")
        .hasMessageContaining("SHA-512");
  }

  @Test
  void a_table_that_is_damaged_keeps_no_block_of_another_one_from_being_read() throws IOException {
    directory = temporary.resolve("young");
    for (int table = 0; table < 3; table++) {
      try (RocksDbBlockStore store = open()) {
        for (int i = 0; i < 5; i++) {
          Blocks.put(store, data(500 + 5 * table + i));
        }
      }
    }
    List<Path> tables = files("*.sst");
    tables.removeIf(table -> table.toFile().length() < 5 * 20_000);
    assertThat(tables).hasSize(3); // few, and all of them on level 0
    for (int damaged = 0; damaged < 3; damaged++) {
      Path copy = StoreCopy.of(directory, temporary);
      flip(copy.resolve(tables.get(damaged).getFileName()), 20);
      try (RocksDbBlockStore store =
          RocksDbBlockStore.open(copy, AbstractBlockStoreTest.options(), lease)) {
        int lost = 0;
        for (int i = 0; i < 15; i++) {
          byte[] data = data(500 + i);
          BlockId id = store.find(store.hash(ByteBuffer.wrap(data)));
          assertThat(id).isNotNull();
          boolean read = Blocks.reads(store, id, data);
          assertThat(read || i / 5 == damaged).as("block %d, table %d", i, damaged).isTrue();
          lost += read ? 0 : 1;
        }
        assertThat(lost).isEqualTo(1);
        assertThat(store.verify(new BlockId(1L << 40))).isZero();
      }
    }
  }

  @Test
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void any_flipped_bit_in_the_list_of_files_is_an_error_or_no_harm_and_keeps_nobody_waiting()
      throws IOException {
    BlockStoreMark mark;
    try (RocksDbBlockStore store = open()) {
      mark = new BlockStoreMark(null, null, store.durableMark());
    }
    Path list = files("MANIFEST-*").get(0);
    byte[] sound = Files.readAllBytes(list);
    Random random = new Random(SEED);
    int step = Boolean.getBoolean("dedupfs.long") ? 1 : 13;
    for (int bit = random.nextInt(step); bit < 8 * sound.length; bit += step) {
      Path copy = StoreCopy.of(directory, temporary);
      byte[] rotten = sound.clone();
      rotten[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(copy.resolve(list.getFileName()), rotten);
      try (RocksDbBlockStore store =
          RocksDbBlockStore.open(copy, AbstractBlockStoreTest.options(), lease, mark)) {
        assertThat(store.lastAssigned()).as("bit %d", bit).isEqualTo(BLOCKS);
      } catch (BlockStoreDamagedException e) {
        assertThat(e).hasMessageContaining("repair");
      }
    }
  }

  /** A power cut leaves that, and what is in it may look like anything. */
  @Test
  @Timeout(60)
  void a_torn_end_of_the_list_of_files_is_no_damage() throws IOException {
    BlockStoreMark mark;
    try (RocksDbBlockStore store = open()) {
      mark = new BlockStoreMark(null, null, store.durableMark());
    }
    Path list = files("MANIFEST-*").get(0);
    ByteBuffer torn = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN);
    // Its first part did not arrive; then comes what a record that begins in it goes on with.
    torn.position(7 + 7 + 6).put((byte) 77).put((byte) 4).put((byte) 200);
    Files.write(list, torn.array(), StandardOpenOption.APPEND);
    try (RocksDbBlockStore store =
        RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), lease, mark)) {
      assertThat(store.lastAssigned()).isEqualTo(BLOCKS);
    }
  }
}
