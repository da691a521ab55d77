package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dedupfs.micrometer.StoreMetrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Meters of a store that another process has open. */
final class RemoteMetricsTest extends AbstractControlTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @AfterEach
  void closeRegistry() {
    registry.close();
  }

  @Test
  @SuppressWarnings("try") // The server answers while it is open.
  void nothing_is_known_of_a_store_that_is_closed_and_whoever_asks_is_not_troubled()
      throws IOException {
    try (ControlServer server = ControlServer.start(store)) {
      try (RemoteFileSystem remote = connect()) {
        new StoreMetrics(remote).bindTo(registry);
        assertThat(registry.get("dedupfs.bytes.written").functionCounter().count()).isEqualTo(7);
        assertThat(registry.get("dedupfs.store.files").gauge().value()).isEqualTo(1);
      }
      assertThat(registry.getMeters())
          .hasSizeGreaterThan(20)
          .allSatisfy(RemoteMetricsTest::tellsNothing);
    }
  }

  private static void tellsNothing(Meter meter) {
    if (meter instanceof FunctionCounter counter) {
      assertThat(counter.count()).isNaN();
    } else if (meter instanceof FunctionTimer timer) {
      assertThat(timer.count()).isZero(); // as a whole number
      assertThat(timer.totalTime(TimeUnit.SECONDS)).isNaN();
    } else {
      assertThat(((Gauge) meter).value()).isNaN();
    }
  }
}
