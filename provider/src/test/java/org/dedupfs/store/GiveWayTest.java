package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.maintenance.SweepListener.Phase;
import org.junit.jupiter.api.Test;

class GiveWayTest {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final AtomicLong uses = new AtomicLong();

  private static void work() {
    long end = System.nanoTime() + STEP_NANOS;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static long nanosOf(GiveWay way, Phase phase) throws InterruptedException {
    long start = System.nanoTime();
    way.on(phase, 1, 0);
    return System.nanoTime() - start;
  }

  @Test
  void a_sweep_rests_longer_than_it_worked_while_the_store_is_used() throws Exception {
    GiveWay way = new GiveWay(SweepListener.NONE, uses::get);
    for (Phase phase : new Phase[] {Phase.MARK, Phase.SWEEP}) {
      uses.incrementAndGet();
      work();
      assertThat(nanosOf(way, phase)).isGreaterThanOrEqualTo(2 * STEP_NANOS);
    }
  }

  @Test
  void it_does_not_rest_while_nobody_uses_the_store() throws Exception {
    GiveWay way = new GiveWay(SweepListener.NONE, uses::get);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) { // one of them at least keeps its core
      work();
      least = Math.min(least, nanosOf(way, Phase.MARK));
    }
    assertThat(least).isLessThan(2 * STEP_NANOS);
  }

  @Test
  void who_listens_hears_of_every_step_and_may_stop_it() {
    GiveWay way =
        new GiveWay(
            (phase, done, total) -> {
              throw new InterruptedException("enough at " + done);
            },
            uses::get);
    assertThatThrownBy(() -> way.on(Phase.MARK, 7, 0))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("enough at 7");
  }
}
