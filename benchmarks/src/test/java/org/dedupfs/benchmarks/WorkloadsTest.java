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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each workload runs; what it measures at these sizes means nothing. */
class WorkloadsTest {
  @TempDir Path directory;

  @Test
  void every_workload_runs_and_is_reported() throws IOException {
    Path json = directory.resolve("results.json");
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    List<Result> results =
        Workloads.run(
            new String[] {"dir=" + directory, "mib=2", "files=30", "rounds=1", "json=" + json},
            new PrintStream(table, true, StandardCharsets.UTF_8));
    assertThat(results).hasSize(17);
    assertThat(Files.readString(json)).contains("\"workload\":\"import small files cdc:64k\"");
    assertThat(table.toString(StandardCharsets.UTF_8)).contains("duplicates fixed:128k");
  }

  @Test
  void an_unknown_argument_is_refused() {
    assertThatThrownBy(() -> Workloads.run(new String[] {"size=3"}, System.out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rounds=");
  }

  @Test
  void random_bytes_depend_on_seed_and_place_alone() {
    byte[] some = new byte[RandomBytes.BUFFER_BYTES];
    byte[] same = new byte[RandomBytes.BUFFER_BYTES];
    new RandomBytes(1).fill(RandomBytes.BUFFER_BYTES, some);
    new RandomBytes(1).fill(RandomBytes.BUFFER_BYTES, same);
    assertThat(some).isEqualTo(same);
    new RandomBytes(2).fill(RandomBytes.BUFFER_BYTES, same);
    assertThat(some).isNotEqualTo(same);
  }
}
