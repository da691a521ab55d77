package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dedupfs.host.MountTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mount benchmark runs and cleans up; what it measures at these sizes means nothing. */
class MountWorkloadsIT {
  private static final int FILES = 60;

  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void resolve() throws IOException {
    directory = temporary.toRealPath();
  }

  @AfterEach
  void nothing_is_left_mounted() throws IOException {
    assertThat(MountTable.read().entries())
        .noneMatch(entry -> entry.mountPoint().startsWith(directory));
  }

  @Test
  void every_race_is_run_and_reported_and_all_is_cleaned_up() throws Exception {
    Path json = directory.resolve("results.json");
    Path work = directory.resolve("work");
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    MountWorkloads.Results results =
        MountWorkloads.run(
            new String[] {
              "dir=" + work, "mib=2", "files=" + FILES, "rounds=2", "warmups=0", "json=" + json
            },
            new PrintStream(table, true, StandardCharsets.UTF_8));
    assertThat(results.races())
        .extracting(Race::name)
        .contains("create", "stat", "unlink", "read", "open, read 4 KiB, close")
        .hasSize(11);
    assertThat(results.races()).allMatch(race -> race.speed() > 0);
    assertThat(results.peakResidentMib()).isBetween(50L, MountWorkloads.RESIDENT_LIMIT_MIB);
    assertThat(Files.readString(json)).contains("\"workload\":\"unlink\"", "bindfs uncached");
    assertThat(table.toString(StandardCharsets.UTF_8)).contains("resident", "Java API");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void a_mount_that_cannot_be_is_reported_with_the_reason() throws Exception {
    Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
    Path log = directory.resolve("log");
    assertThatThrownBy(
            () ->
                ServingProgram.start(
                    List.of("sh", "-c", "echo no such luck; exit 1"), Map.of(), mountPoint, log))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such luck");
  }
}
