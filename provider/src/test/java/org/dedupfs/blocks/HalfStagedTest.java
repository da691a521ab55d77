package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an error left half staged does not go with what is written next. */
class HalfStagedTest {
  private static final int BYTES = 10_000;

  @TempDir Path directory;

  @Test
  @SuppressWarnings("NullAway") // No hash stands for a lack of memory after the first record.
  void a_block_stays_of_which_forgetting_ended_midway() throws IOException {
    LiveSet live = new PagedLiveSet();
    try (RocksDbBlockStore store =
        RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), new TestLease())) {
      for (int i = 1; i <= 10; i++) {
        Blocks.put(store, Blocks.random(i, BYTES));
      }
      store.flush();
      Fingerprint broken = new Fingerprint(null, BYTES, BYTES);
      assertThatThrownBy(() -> store.writer().forget(5, broken, true))
          .isInstanceOf(NullPointerException.class);

      Blocks.put(store, Blocks.random(11, BYTES));
      assertThat(Blocks.put(store, Blocks.random(5, BYTES))).isEqualTo(new BlockId(5));
      live.add(5);
      live.add(11);
      store.flush();
      store.beginMark(live);
      try {
        store.sweep(new BlockId(store.lastAssigned() + 1), id -> {});
      } finally {
        store.endMark();
      }
      assertThat(Blocks.reads(store, new BlockId(11), Blocks.random(11, BYTES))).isTrue();
      assertThat(Blocks.reads(store, new BlockId(5), Blocks.random(5, BYTES))).isTrue();
    }
  }
}
