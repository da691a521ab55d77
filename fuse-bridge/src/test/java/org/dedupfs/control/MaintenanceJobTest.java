package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a check whose client takes its findings, slowly or not at all. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MaintenanceJobTest {
  private static final int FINDINGS = 2_000;

  /** Finds a lot, and looks at each step whether it is to stop, as a check does. */
  private static Callable<long[]> check(MaintenanceListener listener) {
    return () -> {
      for (int i = 0; i < FINDINGS; i++) {
        listener.found(new StoreFinding(Kind.LINK_COUNT, List.of(), i, 0, 0, 0, "finding"));
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("stopped");
        }
      }
      return new long[] {FINDINGS, 0, 0, 0, 0};
    };
  }

  private static List<Long> takeAll(MaintenanceJob job) throws InterruptedException {
    List<Long> taken = new ArrayList<>();
    while (!job.isDone()) {
      job.next(16, 50).forEach(finding -> taken.add(finding.ino()));
    }
    return taken;
  }

  @Test
  void who_takes_findings_gets_all_of_them() throws Exception {
    try (MaintenanceJob job =
        MaintenanceJob.start(MaintenanceJobTest::check, Duration.ofMinutes(1))) {
      assertThat(takeAll(job)).hasSize(FINDINGS).isSorted();
      assertThat(job.summary()[0]).isEqualTo(FINDINGS);
    }
  }

  @Test
  void a_client_that_takes_nothing_holds_the_store_no_longer_than_it_is_waited_for()
      throws Exception {
    try (MaintenanceJob job =
        MaintenanceJob.start(MaintenanceJobTest::check, Duration.ofMillis(50))) {
      while (!job.hasEnded()) {
        Thread.onSpinWait(); // it must end by itself
      }
      // What was found before is still there to be taken, and then it says that it is not all.
      List<Long> taken = takeAll(job);
      assertThat(taken).isSorted().hasSizeBetween(1, FINDINGS - 1);
      assertThatThrownBy(job::summary)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nobody has taken what was found");
    }
  }
}
