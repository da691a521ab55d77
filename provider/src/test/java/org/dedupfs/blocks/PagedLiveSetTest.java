package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PagedLiveSetTest {

  @Test
  void holds_what_was_added_and_nothing_else() {
    Random random = new Random(5);
    PagedLiveSet set = new PagedLiveSet();
    Set<Long> oracle = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      long id = 1 + (random.nextBoolean() ? random.nextInt(100_000) : random.nextLong(1L << 47));
      set.add(id);
      oracle.add(id);
    }
    assertThat(set.size()).isEqualTo(oracle.size());
    assertThat(oracle).allMatch(set::contains);
    for (long id = 1; id < 200_000; id++) {
      assertThat(set.contains(id)).isEqualTo(oracle.contains(id));
    }
    assertThatThrownBy(() -> set.add(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void loses_nothing_when_many_add_at_once() throws InterruptedException {
    PagedLiveSet set = new PagedLiveSet();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int first = t;
      Thread thread =
          new Thread(
              () -> {
                for (long id = 1L + first; id <= 200_000; id += 3) {
                  set.add(id);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(set.size()).isEqualTo(200_000);
  }
}
