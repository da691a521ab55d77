package org.dedupfs.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import jdk.jfr.DataAmount;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of the JDK's flight recorder has of a store. */
class FlightRecordingTest {
  private static final int LARGE = 9 << 20; // more than a commit takes into the journal

  @TempDir Path host;

  /** Something done to a store. */
  private interface Work {
    void with(DedupFileSystem store) throws IOException;
  }

  private List<RecordedEvent> record(Consumer<Recording> settings, Work work) throws IOException {
    Path file = host.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      settings.accept(recording);
      recording.start();
      try (DedupFileSystem store =
          DedupFileSystems.create(
              host.resolve("store"),
              DedupOptions.builder().commitInterval(Duration.ofHours(1)).build())) {
        work.with(store);
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> found = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().startsWith("org.dedupfs.")) {
        assertThat(event.getString("store")).isEqualTo(host.resolve("store").toString());
        found.add(event);
      }
    }
    return found;
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("org.dedupfs." + name))
        .toList();
  }

  private static byte[] random() {
    byte[] made = new byte[LARGE];
    new Random(1).nextBytes(made);
    return made;
  }

  @Test
  void flushes_commits_and_sweeps_are_recorded_unless_told_otherwise() throws IOException {
    List<RecordedEvent> events =
        record(
            recording -> {},
            store -> {
              Files.write(store.getPath("/file"), random());
              store.sync();
              Files.delete(store.getPath("/file"));
              store.sweep(true);
              store.sweep();
            });
    assertThat(named(events, "Flush"))
        .anySatisfy(flush -> assertThat(flush.getLong("bytes")).isPositive());
    assertThat(named(events, "Commit"))
        .anySatisfy(
            commit -> {
              assertThat(commit.getInt("files")).isEqualTo(1);
              assertThat(commit.getBoolean("everything")).isTrue();
              assertThat(commit.getDuration()).isPositive();
            });
    List<RecordedEvent> sweeps = named(events, "Sweep");
    assertThat(sweeps).hasSize(2);
    assertThat(sweeps.get(0).getBoolean("dryRun")).isTrue();
    assertThat(sweeps.get(1).getBoolean("dryRun")).isFalse();
    assertThat(sweeps.get(1).getLong("deadBlocks")).isPositive();
    assertThat(sweeps.get(1).getLong("deadBytes")).isGreaterThan(LARGE);
    assertThat(sweeps.get(1).getLong("liveBlocks")).isZero();
    assertThat(named(events, "CacheMiss")).isEmpty();
  }

  @Test
  void cache_misses_are_recorded_when_asked_for() throws IOException {
    List<RecordedEvent> events =
        record(
            recording -> recording.enable("org.dedupfs.CacheMiss"),
            store -> {
              Files.write(store.getPath("/file"), new byte[] {1});
              store.sync();
              try (FileChannel file = FileChannel.open(store.getPath("/file"))) {
                assertThat(file.read(ByteBuffer.allocate(1), 0)).isEqualTo(1);
                assertThat(file.read(ByteBuffer.allocate(1), 0)).isEqualTo(1);
              }
            });
    assertThat(named(events, "CacheMiss"))
        .filteredOn(miss -> miss.getString("cache").equals("blocks"))
        .hasSize(1)
        .allSatisfy(miss -> assertThat(miss.getLong("key")).isPositive());
  }

  @Test
  void operations_above_the_threshold_are_recorded_by_their_public_names() throws IOException {
    List<RecordedEvent> events =
        record(
            recording -> recording.enable("org.dedupfs.SlowOperation").withThreshold(Duration.ZERO),
            store -> {
              Path file = Files.write(store.getPath("/file"), new byte[] {1});
              try (FileChannel channel = FileChannel.open(file)) {
                channel.force(true);
              }
              Files.move(file, store.getPath("/moved"));
              Files.delete(store.getPath("/moved"));
            });
    List<RecordedEvent> slow = named(events, "SlowOperation");
    assertThat(slow)
        .extracting(event -> event.getString("operation") + " " + event.getString("path"))
        .contains(
            "newByteChannel /file", "write /file", "force /file", "move /file", "delete /moved");
    assertThat(slow).allSatisfy(event -> assertThat(event.getStackTrace()).isNotNull());
  }

  @Test
  void operations_below_the_threshold_are_not_recorded() throws IOException {
    List<RecordedEvent> events =
        record(
            recording ->
                recording.enable("org.dedupfs.SlowOperation").withThreshold(Duration.ofHours(1)),
            store -> Files.write(store.getPath("/file"), new byte[] {1}));
    assertThat(named(events, "SlowOperation")).isEmpty();
  }

  @Test
  void every_event_is_described_with_units() throws IOException {
    List<RecordedEvent> unused =
        record(
            recording -> {},
            store -> {
              Files.write(store.getPath("/file"), new byte[] {1});
              store.sync();
              Files.readAllBytes(store.getPath("/file"));
              store.sweep();
            });
    List<EventType> types =
        FlightRecorder.getFlightRecorder().getEventTypes().stream()
            .filter(type -> type.getName().startsWith("org.dedupfs."))
            .toList();
    assertThat(types)
        .extracting(EventType::getName)
        .containsExactlyInAnyOrder(
            "org.dedupfs.Flush",
            "org.dedupfs.Commit",
            "org.dedupfs.Sweep",
            "org.dedupfs.CacheMiss",
            "org.dedupfs.SlowOperation");
    for (EventType type : types) {
      assertThat(type.getCategoryNames()).containsExactly("DedupFS");
      assertThat(type.getDescription()).isNotBlank();
      for (ValueDescriptor field : type.getFields()) {
        if (field.getName().toLowerCase(java.util.Locale.ROOT).endsWith("bytes")) {
          assertThat(field.getAnnotation(DataAmount.class)).as(field.getName()).isNotNull();
        }
      }
    }
  }
}
