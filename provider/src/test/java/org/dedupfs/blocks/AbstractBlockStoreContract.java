package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every block store does. */
abstract class AbstractBlockStoreContract extends AbstractSweepContract {
  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd:1", "zstd:-5", "zstd:19", "lz4", "deflate:1", "deflate:9"})
  void gives_back_every_byte_under_every_compression(String compression) throws IOException {
    reopen(options().withCompression(Compression.parse(compression)));
    List<byte[]> data = new ArrayList<>();
    for (int length : new int[] {0, 1, 100, 4_096, 65_536, 1 << 20}) {
      data.add(Blocks.random(length, length));
      data.add(Blocks.text(length, length));
    }
    List<BlockId> ids = new ArrayList<>();
    for (byte[] raw : data) {
      ids.add(Blocks.put(store, raw));
    }
    reopen(options());
    for (int i = 0; i < data.size(); i++) {
      assertThat(Blocks.read(store, ids.get(i), data.get(i))).isEqualTo(data.get(i));
    }
  }

  @Test
  void gives_back_the_largest_block_and_refuses_a_larger_one() throws IOException {
    byte[] raw = Blocks.random(1, BlockStore.MAX_BLOCK_BYTES);
    BlockId id = Blocks.put(store, raw);
    assertThat(Blocks.reads(store, id, raw)).isTrue();
    ByteBuffer larger = ByteBuffer.allocate(BlockStore.MAX_BLOCK_BYTES + 1);
    BlockHash hash = store.hash(larger);
    assertThatThrownBy(() -> store.encode(hash, larger))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void hashing_and_encoding_leave_the_buffer_as_it_was() throws IOException {
    byte[] raw = Blocks.text(5, 10_000);
    ByteBuffer direct = ByteBuffer.allocateDirect(10_100);
    direct.position(50).put(raw).position(50).limit(10_050);
    ByteBuffer heap = ByteBuffer.allocate(10_100);
    heap.position(60).put(raw).position(60).limit(10_060);
    for (ByteBuffer buffer : List.of(direct, heap, heap.slice(), heap.asReadOnlyBuffer())) {
      int position = buffer.position();
      EncodedBlock block = store.encode(store.hash(buffer), buffer);
      assertThat(buffer.position()).isEqualTo(position);
      assertThat(buffer.remaining()).isEqualTo(10_000);
      assertThat(block.rawBytes()).isEqualTo(10_000);
      assertThat(Blocks.reads(store, store.put(block), raw)).isTrue();
    }
    assertThat(store.lastAssigned()).isEqualTo(1);
  }

  @Test
  void tells_the_size_of_a_block_that_is_there() throws IOException {
    byte[] raw = Blocks.random(1, 1_000);
    BlockId id = Blocks.put(store, raw);
    BlockSize size = new BlockSize(1_000, store.record(id).length);
    assertThat(store.size(id)).isEqualTo(size);
    assertThat(store.size(new BlockId(id.value() + 1))).isNull();
    reopen(options());
    assertThat(store.size(id)).isEqualTo(size);
  }

  @Test
  void finds_what_was_put_and_nothing_else() throws IOException {
    byte[] raw = Blocks.random(1, 1_000);
    BlockHash hash = store.hash(ByteBuffer.wrap(raw));
    assertThat(store.find(hash)).isNull();
    BlockId id = Blocks.put(store, raw);
    assertThat(store.find(hash)).isEqualTo(id);
    assertThat(store.find(store.hash(ByteBuffer.wrap(new byte[1])))).isNull();
    store.flush();
    assertThat(store.find(hash)).isEqualTo(id);
    reopen(options());
    assertThat(store.find(hash)).isEqualTo(id);
    assertThat(Blocks.put(store, raw)).isEqualTo(id);
  }

  @Test
  void ids_are_dense_and_ascend_in_the_order_of_the_puts() throws IOException {
    assertThat(store.lastAssigned()).isZero();
    for (int i = 1; i <= 100; i++) {
      assertThat(Blocks.put(store, Blocks.random(i, 10))).isEqualTo(new BlockId(i));
      assertThat(Blocks.put(store, Blocks.random(i, 10))).isEqualTo(new BlockId(i));
      assertThat(store.lastAssigned()).isEqualTo(i);
    }
    assertThat(lease.leases()).isEqualTo(1);
  }

  @Test
  void an_id_is_never_issued_twice_whatever_is_lost() throws IOException {
    Blocks.put(store, Blocks.random(1, 10));
    long end = lease.end();
    store = crash();
    assertThat(Blocks.put(store, Blocks.random(2, 10)).value()).isEqualTo(end);
    reopen(options());
    assertThat(Blocks.put(store, Blocks.random(3, 10)).value()).isEqualTo(end + LeasedIds.RANGE);
  }

  @Test
  void flush_makes_durable_what_was_put_before() throws IOException {
    assertThat(store.durableUpTo()).isZero();
    List<byte[]> data = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      data.add(Blocks.random(i, 5_000));
      Blocks.put(store, data.get(i));
    }
    assertThat(store.durableUpTo()).isLessThan(50);
    assertThat(store.unflushedBytes()).isGreaterThan(50 * 5_000);
    store.flush();
    assertThat(store.durableUpTo()).isEqualTo(50);
    assertThat(store.unflushedBytes()).isZero();
    store = crash();
    assertThat(store.durableUpTo()).isEqualTo(50);
    assertThat(store.lastAssigned()).isEqualTo(50);
    for (int i = 0; i < 50; i++) {
      assertThat(Blocks.reads(store, new BlockId(i + 1), data.get(i))).isTrue();
    }
    assertThat(store.statistics().blocks()).isEqualTo(50);
  }

  @Test
  void after_losing_its_tail_a_store_never_gives_other_bytes_for_an_old_id() throws IOException {
    BlockId kept = Blocks.put(store, Blocks.random(1, 3_000));
    store.flush();
    BlockId lost = Blocks.put(store, Blocks.random(2, 3_000));
    byte[] record = store.record(lost);
    store = crash();
    BlockId different = Blocks.put(store, Blocks.random(3, 3_000));
    BlockId again = Blocks.put(store, Blocks.random(2, 3_000));
    assertThat(Set.of(kept, lost, different, again)).hasSize(4);
    assertThat(Blocks.reads(store, lost, Blocks.random(2, 3_000))).isFalse();
    store.restore(lost, record);
    store.flush();
    store = crash();
    assertThat(Blocks.reads(store, kept, Blocks.random(1, 3_000))).isTrue();
    assertThat(Blocks.reads(store, lost, Blocks.random(2, 3_000))).isTrue();
    assertThat(Blocks.reads(store, different, Blocks.random(3, 3_000))).isTrue();
    assertThat(Blocks.reads(store, again, Blocks.random(2, 3_000))).isTrue();
    assertThat(store.damaged()).isEmpty();
  }

  @Test
  void restores_the_lost_tail_under_its_ids() throws IOException {
    List<byte[]> records = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      records.add(store.record(Blocks.put(store, Blocks.text(i, 9_000))));
    }
    store = crash();
    for (int round = 0; round < 2; round++) {
      for (int i = 10; i >= 1; i--) {
        store.restore(new BlockId(i), records.get(i - 1));
      }
    }
    assertThat(store.lastAssigned()).isEqualTo(10);
    assertThat(store.durableUpTo()).isLessThan(10);
    assertThat(store.statistics().blocks()).isEqualTo(10);
    store.flush();
    assertThat(store.durableUpTo()).isEqualTo(10);
    for (int i = 1; i <= 10; i++) {
      byte[] raw = Blocks.text(i, 9_000);
      assertThat(Blocks.reads(store, new BlockId(i), raw)).isTrue();
      assertThat(Blocks.put(store, raw)).isEqualTo(new BlockId(i));
    }
  }

  @Test
  void refuses_to_restore_a_record_that_is_not_sound() throws IOException {
    byte[] record = store.record(Blocks.put(store, Blocks.text(1, 9_000)));
    record[record.length - 1] ^= 1;
    assertThatThrownBy(() -> store.restore(new BlockId(7), record))
        .isInstanceOf(BlockDamagedException.class);
  }

  @Test
  void a_corrupt_block_is_told_and_healed_under_its_id_by_the_next_put() throws IOException {
    byte[] raw = Blocks.random(1, 20_000);
    BlockId id = Blocks.put(store, raw);
    Blocks.put(store, Blocks.random(2, 20_000));
    store.flush();
    BlockStatistics before = store.statistics();
    corrupt(id);
    assertHeals(id, raw);
    assertThat(store.statistics()).isEqualTo(before);
  }

  @Test
  void a_lost_block_is_told_and_healed_under_its_id_by_the_next_put() throws IOException {
    byte[] raw = Blocks.random(1, 20_000);
    BlockId id = Blocks.put(store, raw);
    store.flush();
    lose(id);
    assertHeals(id, raw);
  }

  private void assertHeals(BlockId id, byte[] raw) throws IOException {
    assertThatThrownBy(() -> Blocks.read(store, id, raw))
        .isInstanceOfSatisfying(
            BlockDamagedException.class, e -> assertThat(e.block()).isEqualTo(id));
    assertThatThrownBy(() -> store.record(id)).isInstanceOf(BlockDamagedException.class);
    assertThat(store.damaged()).containsExactly(id);
    assertThat(store.find(store.hash(ByteBuffer.wrap(raw)))).isNull();
    reopen(options());
    assertThat(store.damaged()).containsExactly(id);
    assertThat(Blocks.put(store, raw)).isEqualTo(id);
    assertThat(store.damaged()).isEmpty();
    store = crash();
    assertThat(Blocks.reads(store, id, raw)).isTrue();
    assertThat(store.damaged()).isEmpty();
    assertThat(store.find(store.hash(ByteBuffer.wrap(raw)))).isEqualTo(id);
  }

  @Test
  void a_block_whose_hash_is_not_the_expected_one_is_damage() throws IOException {
    BlockId id = Blocks.put(store, Blocks.random(1, 100));
    int check = Blocks.check(store, Blocks.random(1, 100));
    assertThatThrownBy(() -> store.read(id, check + 1)).isInstanceOf(BlockDamagedException.class);
  }

  @Test
  void counts_blocks_and_bytes() throws IOException {
    assertThat(store.statistics()).isEqualTo(new BlockStatistics(0, 0, 0));
    long stored = 0;
    for (int i = 0; i < 20; i++) {
      BlockId id = Blocks.put(store, Blocks.text(i, 8_000));
      Blocks.put(store, Blocks.text(i, 8_000));
      stored += store.record(id).length;
    }
    BlockStatistics expected = new BlockStatistics(20, 160_000, stored);
    assertThat(store.statistics()).isEqualTo(expected);
    store.flush();
    store = crash();
    assertThat(store.statistics()).isEqualTo(expected);
  }

  @Test
  void many_writers_of_the_same_blocks_share_their_ids() throws Exception {
    int threads = 8;
    int blocks = 200;
    Set<BlockId> ids = ConcurrentHashMap.newKeySet();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int shift = t % 3;
        writers.add(
            () -> {
              for (int i = 0; i < blocks; i++) {
                ids.add(Blocks.put(store, Blocks.random((i + shift) % blocks, 2_000)));
              }
              return null;
            });
      }
      for (Future<Void> done : executor.invokeAll(writers)) {
        done.get();
      }
    } finally {
      executor.shutdown();
    }
    assertThat(ids).hasSize(blocks);
    assertThat(store.lastAssigned()).isEqualTo(blocks);
    assertThat(store.statistics().blocks()).isEqualTo(blocks);
  }

  @Test
  void an_interrupted_thread_reads_and_writes_as_any_other() throws IOException {
    Thread.currentThread().interrupt();
    try {
      BlockId id = Blocks.put(store, Blocks.random(1, 1_000));
      store.flush();
      assertThat(Blocks.reads(store, id, Blocks.random(1, 1_000))).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    Blocks.put(store, Blocks.random(2, 1_000));
    store.flush();
  }

  @Test
  void a_closed_store_says_so_and_may_be_closed_again() throws IOException {
    BlockId id = Blocks.put(store, Blocks.random(1, 1_000));
    EncodedBlock block = Blocks.encode(store, Blocks.random(2, 1_000));
    store.close();
    store.close();
    assertThatThrownBy(() -> store.put(block)).hasMessageContaining("closed");
    assertThatThrownBy(() -> store.read(id, 0)).hasMessageContaining("closed");
    assertThatThrownBy(() -> store.find(block.hash())).hasMessageContaining("closed");
    assertThatThrownBy(() -> store.flush()).hasMessageContaining("closed");
  }

  @Test
  void a_store_opened_for_reading_only_reads_and_refuses_to_change() throws IOException {
    byte[] raw = Blocks.random(1, 1_000);
    BlockId id = Blocks.put(store, raw);
    reopen(options().withCreate(false).withReadOnly(true));
    assertThat(Blocks.reads(store, id, raw)).isTrue();
    assertThat(store.find(store.hash(ByteBuffer.wrap(raw)))).isEqualTo(id);
    assertThatThrownBy(() -> Blocks.put(store, Blocks.random(2, 10)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reading only");
  }

  @Test
  void a_sound_block_is_not_called_damaged_because_another_was_expected() throws IOException {
    byte[] raw = Blocks.random(1, 100);
    BlockId id = Blocks.put(store, raw);
    int check = Blocks.check(store, raw);
    assertThatThrownBy(() -> store.read(id, check + 1)).isInstanceOf(BlockDamagedException.class);
    assertThat(store.damaged()).isEmpty();
    assertThat(store.find(store.hash(ByteBuffer.wrap(raw)))).isEqualTo(id);
  }
}
