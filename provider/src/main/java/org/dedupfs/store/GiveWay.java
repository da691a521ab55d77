package org.dedupfs.store;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.dedupfs.maintenance.SweepListener;

/**
 * Has a sweep give way: after each step during which somebody used the store it rests a multiple of
 * the time that the step took, so that it takes a quarter of a core at most; while nobody does, it
 * goes at full speed. For one thread.
 */
final class GiveWay implements SweepListener {
  private static final int REST = 3;
  private static final long LONGEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final SweepListener next;
  private final LongSupplier uses;
  private long usesBefore;
  private long stepStart = System.nanoTime();

  /**
   * @param uses grows whenever somebody uses the store
   */
  GiveWay(SweepListener next, LongSupplier uses) {
    this.next = next;
    this.uses = uses;
    this.usesBefore = uses.getAsLong();
  }

  @Override
  public void on(Phase phase, long done, long total) throws InterruptedException {
    next.on(phase, done, total);
    long now = uses.getAsLong();
    if (now != usesBefore && phase != Phase.COMMIT) {
      long took = System.nanoTime() - stepStart;
      TimeUnit.NANOSECONDS.sleep(Math.min(LONGEST_REST_NANOS, REST * took));
    }
    usesBefore = uses.getAsLong();
    stepStart = System.nanoTime();
  }
}
