package org.dedupfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomOperationsTest {
  @Test
  void one_seed_always_makes_the_same_operations() {
    List<List<Integer>> runs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      RandomOperations.check(7, 50, random -> random.nextInt(1000), runs::add);
    }
    assertThat(runs.get(0)).hasSize(50).isEqualTo(runs.get(1));
  }

  @Test
  void a_failing_sequence_is_shrunk_to_what_makes_it_fail() {
    assertThatThrownBy(
            () ->
                RandomOperations.check(
                    1,
                    300,
                    random -> random.nextInt(10),
                    operations -> {
                      int seven = operations.indexOf(7);
                      if (seven >= 0 && operations.subList(seven, operations.size()).contains(3)) {
                        throw new IllegalStateException("a 3 after a 7");
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dseed=1")
        .hasMessageEndingWith("these 2 of its operations:\n  7\n  3")
        .hasRootCauseMessage("a 3 after a 7");
  }
}
