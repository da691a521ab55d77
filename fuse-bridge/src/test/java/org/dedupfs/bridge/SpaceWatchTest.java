package org.dedupfs.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SpaceWatchTest {
  @Test
  void space_is_asked_once_a_second_and_again_after_a_failure() throws IOException {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    AtomicLong asked = new AtomicLong();
    SpaceWatch watch =
        new SpaceWatch(
            () -> {
              if (asked.incrementAndGet() == 3) {
                throw new IOException("once");
              }
              return new SpaceStatus(4096, asked.get(), 0, 0, 0, 0, 255);
            },
            nanos::get);
    assertThat(watch.get().blocks()).isEqualTo(1);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
    assertThat(watch.get().blocks()).isEqualTo(1);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    assertThat(watch.get().blocks()).isEqualTo(2);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThatThrownBy(watch::get).isInstanceOf(IOException.class);
    assertThat(watch.get().blocks()).isEqualTo(4);
  }
}
