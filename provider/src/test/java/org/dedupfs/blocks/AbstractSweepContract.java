package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every block store does when it sweeps. */
abstract class AbstractSweepContract extends AbstractBlockStoreTest {
  @Test
  void sweeps_what_is_not_live_and_keeps_what_is_found_or_put_meanwhile() throws IOException {
    List<byte[]> data = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      data.add(Blocks.random(i, 700));
      Blocks.put(store, data.get(i));
    }
    LiveSet live = new PagedLiveSet();
    store.beginMark(live);
    assertThatThrownBy(() -> store.beginMark(live)).isInstanceOf(IllegalStateException.class);
    live.add(10);
    assertThat(store.find(store.hash(ByteBuffer.wrap(data.get(19))))).isEqualTo(new BlockId(20));
    assertThat(Blocks.put(store, data.get(29))).isEqualTo(new BlockId(30));
    BlockId fresh = Blocks.put(store, Blocks.random(1_000, 700));
    List<Long> progress = new ArrayList<>();
    SweepResult result = store.sweep(new BlockId(600), progress::add);
    store.endMark();

    assertThat(progress).isSorted().last().isEqualTo(599L);
    assertThat(result.blocks()).isEqualTo(596);
    assertThat(result.rawBytes()).isEqualTo(596 * 700);
    assertThat(store.statistics().blocks()).isEqualTo(5);
    assertThat(store.statistics().rawBytes()).isEqualTo(5 * 700);
    for (long id : new long[] {10, 20, 30, 600}) {
      assertThat(Blocks.reads(store, new BlockId(id), data.get((int) id - 1))).isTrue();
    }
    assertThat(Blocks.reads(store, fresh, Blocks.random(1_000, 700))).isTrue();
    assertThat(store.find(store.hash(ByteBuffer.wrap(data.get(4))))).isNull();
    store = crash();
    assertThat(store.statistics().blocks()).isEqualTo(5);
    assertThat(Blocks.put(store, data.get(4)).value()).isGreaterThan(601);
  }

  @Test
  void a_block_that_a_crash_puts_back_does_not_take_the_index_from_its_successor()
      throws IOException {
    byte[] data = Blocks.random(1, 700);
    BlockId first = Blocks.put(store, data);
    byte[] record = store.record(first);
    store.beginMark(new PagedLiveSet());
    store.sweep(new BlockId(first.value() + 1), id -> {});
    store.endMark();
    BlockId second = Blocks.put(store, data);
    assertThat(second).isNotEqualTo(first);
    store.flush();
    store = crash();
    store.restore(first, record);
    assertThat(Blocks.reads(store, first, data)).isTrue();

    LiveSet live = new PagedLiveSet();
    store.beginMark(live);
    live.add(second.value());
    assertThat(store.sweep(new BlockId(second.value() + 1), id -> {}).blocks()).isOne();
    store.endMark();
    store = crash();
    assertThat(store.find(store.hash(ByteBuffer.wrap(data)))).isEqualTo(second);
    List<BlockFinding> found = new ArrayList<>();
    store.check(found::add, id -> {});
    assertThat(found).isEmpty();
    assertThat(Blocks.reads(store, second, data)).isTrue();
  }

  @Test
  void counts_exactly_what_a_sweep_would_delete_and_deletes_nothing() throws IOException {
    for (int i = 0; i < 40; i++) {
      Blocks.put(store, i % 2 == 0 ? Blocks.random(i, 3_000) : compressible(i));
    }
    BlockStatistics before = store.statistics();
    LiveSet live = new PagedLiveSet();
    store.beginMark(live);
    for (long id = 1; id <= 40; id += 4) {
      live.add(id); // some of the incompressible ones
    }
    List<Long> progress = new ArrayList<>();
    SweepResult counted = store.countDead(new BlockId(31), progress::add);

    assertThat(progress).last().isEqualTo(30L);
    assertThat(counted.blocks()).isEqualTo(22);
    assertThat(counted.rawBytes()).isEqualTo(7 * 3_000 + 15 * 5_000);
    assertThat(store.statistics()).isEqualTo(before);
    assertThat(store.sweep(new BlockId(31), id -> {})).isEqualTo(counted);
    store.endMark();
    assertThat(store.statistics().storedBytes())
        .isEqualTo(before.storedBytes() - counted.storedBytes());
    assertThatThrownBy(() -> store.countDead(new BlockId(1), id -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  private static byte[] compressible(int seed) {
    byte[] block = new byte[5_000];
    Arrays.fill(block, (byte) seed);
    return block;
  }

  @Test
  void a_sweep_that_is_stopped_has_lost_nothing() throws IOException {
    List<byte[]> data = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      data.add(Blocks.random(i, 50));
      Blocks.put(store, data.get(i));
    }
    LiveSet live = new PagedLiveSet();
    store.beginMark(live);
    for (int i = 1; i <= 2_000; i += 2) {
      live.add(i);
    }
    SweepProgress stop =
        id -> {
          throw new InterruptedException();
        };
    assertThatThrownBy(() -> store.sweep(new BlockId(2_001), stop))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    store.endMark();
    assertThat(store.statistics().blocks()).isBetween(1_000L, 1_999L);
    for (int i = 1; i <= 2_000; i += 2) {
      assertThat(Blocks.reads(store, new BlockId(i), data.get(i - 1))).isTrue();
    }
  }

  @Test
  void a_sweep_without_a_mark_is_refused() {
    assertThatThrownBy(() -> store.sweep(new BlockId(1), id -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_block_that_was_swept_is_missing_but_no_damage() throws IOException {
    byte[] raw = Blocks.random(1, 20_000);
    BlockId id = Blocks.put(store, raw);
    store.beginMark(new PagedLiveSet());
    store.sweep(new BlockId(id.value() + 1), done -> {});
    store.endMark();
    assertThatThrownBy(() -> Blocks.read(store, id, raw)).isInstanceOf(BlockDamagedException.class);
    assertThatThrownBy(() -> store.record(id)).isInstanceOf(BlockDamagedException.class);
    assertThat(store.damaged()).isEmpty();
    reopen(options());
    assertThat(store.damaged()).isEmpty();
  }
}
