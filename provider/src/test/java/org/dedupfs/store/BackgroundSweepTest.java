package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.unlink;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BackgroundSweepTest {
  @TempDir Path temp;

  private Store open() throws IOException {
    return Store.open(
        temp.resolve("store"),
        StoreFixture.options().create(true).gcInterval(Duration.ofMillis(5)).build());
  }

  @Test
  void dead_blocks_go_by_themselves_and_live_ones_stay() throws IOException {
    try (Store store = open()) {
      write(store.tree(), "/kept", random(1, 500_000));
      write(store.tree(), "/gone", random(2, 500_000));
      store.syncAll();
      unlink(store.tree(), "/gone");
      while (store.statistics().uniqueBytes() > 500_000) {
        Thread.onSpinWait();
      }
      assertThat(store.statistics().uniqueBytes()).isEqualTo(500_000);
      assertThat(read(store.tree(), "/kept")).isEqualTo(random(1, 500_000));
    }
  }

  @Test
  void a_store_closes_in_the_middle_of_a_sweep() throws IOException {
    for (int i = 0; i < 10; i++) {
      try (Store store = open()) {
        write(store.tree(), "/f" + i, random(i, 100_000));
      }
    }
    try (Store store = open()) {
      for (int i = 0; i < 10; i++) {
        assertThat(read(store.tree(), "/f" + i)).isEqualTo(random(i, 100_000));
      }
    }
  }
}
