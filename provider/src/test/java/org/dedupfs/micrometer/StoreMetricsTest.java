package org.dedupfs.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores in a registry. */
class StoreMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @TempDir Path host;

  @AfterEach
  void closeRegistry() {
    registry.close();
  }

  private DedupFileSystem create(String name) throws IOException {
    return DedupFileSystems.create(host.resolve(name));
  }

  private double counter(DedupFileSystem store, String name) {
    return registry
        .get(name)
        .tag("store", store.storeDirectory().toString())
        .functionCounter()
        .count();
  }

  private double gauge(DedupFileSystem store, String name) {
    return registry.get(name).tag("store", store.storeDirectory().toString()).gauge().value();
  }

  @Test
  void counters_timers_and_gauges_tell_what_two_stores_do() throws IOException {
    try (DedupFileSystem one = create("one");
        DedupFileSystem two = create("two")) {
      new StoreMetrics(one).bindTo(registry);
      new StoreMetrics(two, Tags.of("role", "spare")).bindTo(registry);
      Files.write(one.getPath("/file"), new byte[] {1, 2, 3});
      Files.write(one.getPath("/same"), new byte[] {1, 2, 3});
      one.sync();
      Files.readAllBytes(one.getPath("/file"));

      assertThat(counter(one, "dedupfs.bytes.written")).isEqualTo(6);
      assertThat(counter(one, "dedupfs.bytes.read")).isEqualTo(3);
      assertThat(counter(one, "dedupfs.blocks.put")).isEqualTo(1);
      assertThat(counter(one, "dedupfs.blocks.found")).isEqualTo(1);
      assertThat(counter(two, "dedupfs.bytes.written")).isZero();
      assertThat(gauge(one, "dedupfs.store.files")).isEqualTo(2);
      assertThat(gauge(one, "dedupfs.store.unique.bytes")).isEqualTo(3);
      assertThat(gauge(one, "dedupfs.open.files")).isZero();
      assertThat(gauge(two, "dedupfs.store.files")).isZero();
      assertThat(registry.get("dedupfs.bytes.read").tag("role", "spare").functionCounter().count())
          .isZero();
      assertThat(registry.get("dedupfs.bytes.read").functionCounter().getId().getBaseUnit())
          .isEqualTo("bytes");
      var commits = registry.get("dedupfs.commits").tag("store", one.storeDirectory().toString());
      assertThat(commits.functionTimer().count()).isEqualTo(1);
      assertThat(commits.functionTimer().totalTime(TimeUnit.NANOSECONDS)).isPositive();
      assertThat(registry.get("dedupfs.longest.commit").timeGauges())
          .anySatisfy(each -> assertThat(each.value(TimeUnit.NANOSECONDS)).isPositive());
    }
  }

  @Test
  void a_closed_store_shows_its_last_counters_and_nothing_that_it_holds() throws IOException {
    DedupFileSystem store = create("store");
    try (store) {
      new StoreMetrics(store).bindTo(registry);
      Files.write(store.getPath("/file"), new byte[5]);
      assertThat(gauge(store, "dedupfs.store.files")).isEqualTo(1);
    }
    assertThat(counter(store, "dedupfs.bytes.written")).isEqualTo(5);
    assertThat(gauge(store, "dedupfs.store.files")).isNaN();
  }

  @Test
  void closing_takes_the_meters_out_and_leaves_those_of_others() throws IOException {
    try (DedupFileSystem one = create("one");
        DedupFileSystem two = create("two")) {
      StoreMetrics metrics = new StoreMetrics(one);
      metrics.bindTo(registry);
      int ofOne = registry.getMeters().size();
      new StoreMetrics(two).bindTo(registry);
      metrics.close();
      metrics.close();
      assertThat(registry.getMeters()).hasSize(ofOne);
      for (Meter meter : registry.getMeters()) {
        assertThat(meter.getId().getTag("store")).isEqualTo(two.storeDirectory().toString());
      }
      assertThat(one.isOpen()).isTrue();
    }
  }
}
