package org.dedupfs.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.dedupfs.StoreFigure;
import org.junit.jupiter.api.Test;

class ActivityTest {
  private static final int CALLS = 100_000;

  private final Activity activity = new Activity("/store");

  private long work() {
    long recorded = 0;
    for (int i = 0; i < CALLS; i++) {
      activity.count(StoreFigure.READS);
      activity.count(StoreFigure.BYTES_READ, 4096);
      recorded += WatchedOperation.begin() == null ? 0 : 1;
      recorded += CacheMiss.begin() == null ? 0 : 1;
    }
    return recorded;
  }

  /** By name, for the type is one of a module that this one does not read. */
  private static long allocatedBytes() throws JMException {
    Object[] thread = {Thread.currentThread().getId()};
    return (Long)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                "getThreadAllocatedBytes",
                thread,
                new String[] {"long"});
  }

  @Test
  void counting_makes_no_objects_nor_does_watching_when_nobody_records() throws JMException {
    assertThat(work()).isZero(); // and loads all there is to load
    long unused = allocatedBytes();
    long before = allocatedBytes();
    long recorded = work();
    long allocated = allocatedBytes() - before;
    assertThat(recorded).isZero();
    assertThat(allocated).isLessThan(CALLS); // not even a byte for each
    assertThat(activity.now().get(StoreFigure.BYTES_READ)).isEqualTo(2L * CALLS * 4096);
  }

  @Test
  void states_are_asked_for_when_somebody_wants_to_know() {
    assertThat(activity.now().get(StoreFigure.DIRTY_BYTES)).isZero();
    long[] dirty = {5};
    activity.measure(StoreFigure.DIRTY_BYTES, () -> dirty[0]);
    dirty[0]++;
    assertThat(activity.now().get(StoreFigure.DIRTY_BYTES)).isEqualTo(6);
  }
}
