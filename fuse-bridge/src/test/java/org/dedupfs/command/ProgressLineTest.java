package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a terminal shows of work that takes long; what matters most is in its first 40 columns. */
final class ProgressLineTest {
  private static final Duration TEN = Duration.ofSeconds(10);

  @Test
  void bytes_are_told_with_rate_and_time_left_once_it_is_known_how_many_there_are() {
    assertThat(ProgressLine.ofBytes(1, 1L << 30, 0, TEN)).isEqualTo("102.4 MiB/s, 1.0 GiB, 1 file");
    assertThat(ProgressLine.ofBytes(12_345, 1L << 30, 4L << 30, TEN))
        .isEqualTo("25 %, ETA 0:30, 102.4 MiB/s, 1.0 GiB of 4.0 GiB, 12,345 files");
  }

  @Test
  void files_are_told_with_rate_and_time_left_once_it_is_known_how_many_there_are() {
    assertThat(ProgressLine.ofFiles(5_000, 0, TEN)).isEqualTo("500/s, 5,000 files");
    assertThat(ProgressLine.ofFiles(5_000, 1_000_000, TEN))
        .isEqualTo("0 %, ETA 33:10, 500/s, 5,000 of 1,000,000 files");
  }

  @Test
  void nothing_that_is_not_known_is_told() {
    assertThat(ProgressLine.ofFiles(0, 7, Duration.ZERO)).isEqualTo("0 %, 0/s, 0 of 7 files");
    // The source has grown since it was counted.
    assertThat(ProgressLine.ofFiles(8, 7, TEN)).startsWith("100 %, ETA 0:00, ");
    assertThat(ProgressLine.ofBytes(0, 0, 0, Duration.ZERO)).isEqualTo("0 B/s, 0 B, 0 files");
  }
}
