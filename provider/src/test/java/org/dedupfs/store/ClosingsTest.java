package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingsTest {
  private final Closings closings = new Closings();
  private final List<String> closed = new ArrayList<>();

  private void add(String name, boolean fails) {
    closings.add(
        () -> {
          closed.add(name);
          if (fails) {
            throw new IOException(name + " failed");
          }
        });
  }

  @Test
  void the_last_opened_is_closed_first_and_each_once() throws IOException {
    add("lock", false);
    add("metadata", false);
    add("blocks", false);
    closings.close();
    closings.close();
    assertThat(closed).containsExactly("blocks", "metadata", "lock");
  }

  @Test
  void all_are_closed_when_some_fail_and_all_failures_are_told() {
    add("lock", false);
    add("metadata", true);
    add("blocks", true);
    assertThatThrownBy(closings::close)
        .isInstanceOf(IOException.class)
        .hasMessage("blocks failed")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactly("blocks", "metadata", "lock");
  }
}
