package org.dedupfs.micrometer;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.StoreFigure;
import org.dedupfs.StoreStatistics;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what an open store does and holds: {@code new StoreMetrics(fs).bindTo(registry)}.
 * Meters are named {@code dedupfs.} and the words of a {@link StoreFigure} ({@code
 * dedupfs.bytes.read}), or a number of {@link StoreStatistics} ({@code dedupfs.store.disk.bytes});
 * flushes, commits and sweeps are timers. Tag {@code store} is the directory. Does not keep the
 * store open, nor from being collected as long as the registry is all that knows it. Safe for any
 * number of threads.
 */
@SuppressWarnings("exports") // who calls this has Micrometer; nobody else shall need it to compile
public final class StoreMetrics implements MeterBinder, AutoCloseable {
  private static final String PREFIX = "dedupfs.";
  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final DedupFileSystem store;
  private final Tags tags;

  @GuardedBy("this")
  private final List<Registered> registered = new ArrayList<>();

  private record Registered(MeterRegistry registry, Meter meter) {}

  private final Recent recent = new Recent();

  /** What the store held a moment ago: all gauges are asked one after the other. */
  private static final class Recent {
    @GuardedBy("this")
    private @Nullable StoreStatistics statistics;

    @GuardedBy("this")
    private long readNanos;

    synchronized double value(DedupFileSystem fs, ToLongFunction<StoreStatistics> value) {
      if (!fs.isOpen()) {
        return Double.NaN;
      }
      try {
        StoreStatistics latest = statistics;
        if (latest == null || System.nanoTime() - readNanos > PAUSE_NANOS) {
          latest = fs.statistics();
          statistics = latest;
          readNanos = System.nanoTime();
        }
        return value.applyAsLong(latest);
      } catch (IOException | ClosedFileSystemException e) {
        return Double.NaN; // closed just now, or the process that has it open does not answer
      }
    }
  }

  /** Of a store, with its directory as the only tag. */
  public StoreMetrics(DedupFileSystem store) {
    this(store, List.of());
  }

  /**
   * Of a store.
   *
   * @param more tags that each meter gets beside {@code store}
   */
  public StoreMetrics(DedupFileSystem store, Iterable<Tag> more) {
    this.store = store;
    this.tags = Tags.of("store", store.storeDirectory().toString()).and(more);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    timer(registry, "flushes", StoreFigure.FLUSHES, StoreFigure.FLUSH_NANOS);
    timer(registry, "commits", StoreFigure.COMMITS, StoreFigure.COMMIT_NANOS);
    timer(registry, "sweeps", StoreFigure.SWEEPS, StoreFigure.SWEEP_NANOS);
    for (StoreFigure figure : StoreFigure.values()) {
      bind(registry, figure);
    }
    gauge(registry, "files", null, StoreStatistics::files);
    gauge(registry, "directories", null, StoreStatistics::directories);
    gauge(registry, "logical.bytes", "bytes", StoreStatistics::logicalBytes);
    gauge(registry, "unique.bytes", "bytes", StoreStatistics::uniqueBytes);
    gauge(registry, "stored.bytes", "bytes", StoreStatistics::storedBytes);
    gauge(registry, "disk.bytes", "bytes", StoreStatistics::diskBytes);
    gauge(registry, "dead.bytes", "bytes", StoreStatistics::deadBytes);
    gauge(registry, "metadata.bytes", "bytes", StoreStatistics::metadataBytes);
    gauge(registry, "blocks", null, StoreStatistics::blocks);
  }

  private void bind(MeterRegistry registry, StoreFigure figure) {
    String name = PREFIX + figure.name().toLowerCase(Locale.ROOT).replace('_', '.');
    String unit = figure.unit() == StoreFigure.Unit.BYTES ? "bytes" : null;
    ToDoubleFunction<DedupFileSystem> value = fs -> value(fs, figure);
    switch (figure) {
      case FLUSHES, FLUSH_NANOS, COMMITS, COMMIT_NANOS, SWEEPS, SWEEP_NANOS -> {} // in the timers
      case LONGEST_FLUSH_NANOS, LONGEST_COMMIT_NANOS ->
          keep(
              registry,
              TimeGauge.builder(name.replace(".nanos", ""), store, NANOSECONDS, value)
                  .tags(tags)
                  .description(figure.description())
                  .register(registry));
      default ->
          keep(
              registry,
              figure.isCounter()
                  ? FunctionCounter.builder(name, store, value)
                      .tags(tags)
                      .baseUnit(unit)
                      .description(figure.description())
                      .register(registry)
                  : Gauge.builder(name, store, value)
                      .tags(tags)
                      .baseUnit(unit)
                      .description(figure.description())
                      .register(registry));
    }
  }

  private void timer(MeterRegistry registry, String name, StoreFigure count, StoreFigure nanos) {
    keep(
        registry,
        FunctionTimer.builder(
                PREFIX + name,
                store,
                fs -> (long) value(fs, count),
                fs -> value(fs, nanos),
                NANOSECONDS)
            .tags(tags)
            .description(count.description())
            .register(registry));
  }

  /** What the store holds: a NaN after it was closed. */
  private void gauge(
      MeterRegistry registry,
      String name,
      @Nullable String unit,
      ToLongFunction<StoreStatistics> value) {
    Recent latest = recent; // all that the registry keeps: this object has the store
    keep(
        registry,
        Gauge.builder(PREFIX + "store." + name, store, fs -> latest.value(fs, value))
            .tags(tags)
            .baseUnit(unit)
            .description("held by the store")
            .register(registry));
  }

  private synchronized void keep(MeterRegistry registry, Meter meter) {
    registered.add(new Registered(registry, meter));
  }

  private static double value(DedupFileSystem fs, StoreFigure figure) {
    try {
      return fs.activity().get(figure);
    } catch (IOException | ClosedFileSystemException e) {
      return Double.NaN; // closed, or the process that has the store open does not answer
    }
  }

  /** Takes the meters out of all registries they are in; the store stays as it is. */
  @Override
  public synchronized void close() {
    registered.forEach(each -> each.registry().remove(each.meter()));
    registered.clear();
  }
}
