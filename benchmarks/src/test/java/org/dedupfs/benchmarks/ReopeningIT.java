package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark runs; what it measures at this size means nothing. */
class ReopeningIT {
  @TempDir Path directory;

  @Test
  void a_killed_store_is_opened_again_and_again() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    double millis =
        Reopening.run(
            new String[] {"dir=" + directory, "mib=4", "files=1500", "rounds=2"},
            new PrintStream(said, true, StandardCharsets.UTF_8));
    assertThat(millis).isPositive();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("reopened with 1500 files");
  }
}
