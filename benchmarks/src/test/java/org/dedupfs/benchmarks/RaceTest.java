package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaceTest {
  @TempDir Path directory;

  private static Race race(double limit, double[] ours, double[] theirs) {
    Race race = new Race("walk", "/s", limit, List.of("us", "them"));
    for (int i = 0; i < ours.length; i++) {
      race.add(0, new Race.Lap(10, ours[i], 0.5));
      race.add(1, new Race.Lap(10, theirs[i], 0.25));
    }
    return race;
  }

  @Test
  void the_speed_is_the_median_of_the_ratios_within_a_turn() {
    Race race = race(0.6, new double[] {1, 10, 4}, new double[] {0.5, 10, 3});
    assertThat(race.speed()).isCloseTo(0.75, within(1e-9));
    assertThat(race.isGoodEnough()).isTrue();
    assertThat(race.row()).contains("75 %").doesNotContain("TOO SLOW");
    assertThat(race.json()).contains("\"speed\":0.7500", "\"serverCpuMicros\":50000.000");
  }

  @Test
  void what_is_below_its_limit_is_marked() {
    Race race = race(0.6, new double[] {2}, new double[] {1});
    assertThat(race.isGoodEnough()).isFalse();
    assertThat(race.row()).contains("50 %", "60 %", "TOO SLOW");
  }

  @Test
  void system_calls_do_what_their_names_say_and_tell_their_failures() throws IOException {
    List<Path> names = List.of(directory.resolve("a"), directory.resolve("b"));
    try (NativeFiles files = new NativeFiles(names);
        NativeFiles itself = new NativeFiles(List.of(directory, directory))) {
      files.create();
      assertThat(names).allMatch(Files::isRegularFile);
      assertThatThrownBy(files::create).hasMessageContaining("File exists");
      assertThat(itself.list()).isEqualTo(8);
      files.stat();
      assertThatThrownBy(() -> files.openAndRead(new long[] {0, 0}, 4))
          .hasMessageContaining("0 bytes");
      files.unlink();
      assertThat(directory).isEmptyDirectory();
      assertThatThrownBy(files::stat).hasMessageContaining("No such file");
    }
  }

  @Test
  void a_missing_program_is_told_with_the_command_that_installs_it() {
    assertThatThrownBy(() -> ServingProgram.find("no-such-program", "some-package"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("apt-get install some-package");
  }
}
