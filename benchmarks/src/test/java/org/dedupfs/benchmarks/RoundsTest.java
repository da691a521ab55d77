package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dedupfs.benchmarks.report.Figure;
import org.dedupfs.benchmarks.report.Unit;
import org.junit.jupiter.api.Test;

/** Turns, and what is made of them. */
class RoundsTest {
  private static final RunSizes SIZES = sizes(1, 3, Duration.ofHours(1)).withRounds(3);

  private static RunSizes sizes(int warmUps, int rounds, Duration patience) {
    return new RunSizes(1 << 20, 10, 10, 10, 10, warmUps, rounds, Duration.ZERO, patience);
  }

  private static Contender recorder(String name, List<String> heard, double wallSeconds) {
    return new Contender(
        name,
        !name.equals(Contender.OURS),
        round -> {
          heard.add(name + round);
          return new Lap(10, wallSeconds, wallSeconds / 2);
        });
  }

  @Test
  void another_one_begins_each_round_and_those_to_warm_up_do_not_count() throws IOException {
    List<String> heard = new ArrayList<>();
    List<String> told = new ArrayList<>();
    Rounds rounds = new Rounds(sizes(1, 2, Duration.ofNanos(3)), Stop.NEVER, told::add);
    Laps laps = rounds.run(List.of(recorder("dedupfs", heard, 2), recorder("disk", heard, 1)));
    assertThat(heard).startsWith("dedupfs0", "disk0", "disk1", "dedupfs1");
    assertThat(told).containsExactly("warming up", "round 1");
    assertThat(laps.rounds()).isEqualTo(1); // no patience for a second one
  }

  @Test
  void rounds_count_when_they_are_steady_or_patience_is_at_its_end() throws IOException {
    Pace pace = new Pace(sizes(2, 4, Duration.ofHours(1)));
    assertThat(pace.isWarm(5)).as("not known to be steady").isFalse();
    pace.warmedUp(new Lap(10, 1, 1));
    pace.warmedUp(new Lap(10, 1, 0.8));
    assertThat(pace.isWarm(5)).as("not steady").isFalse();
    pace.warmedUp(new Lap(20, 1, 1.65));
    assertThat(pace.isWarm(1)).as("one round too few").isFalse();
    assertThat(pace.isWarm(2)).isTrue();
    assertThat(pace.goesOn(3)).isTrue();
    assertThat(pace.goesOn(4)).isFalse();
    assertThat(new Pace(sizes(2, 4, Duration.ZERO)).isWarm(1)).isFalse();
    assertThat(new Pace(sizes(2, 4, Duration.ZERO)).isWarm(2)).isTrue();
  }

  @Test
  void who_is_stopped_does_not_begin_another_lap() {
    AtomicBoolean stop = new AtomicBoolean();
    List<String> heard = new ArrayList<>();
    Contender once =
        Contender.ours(
            round -> {
              stop.set(true);
              return new Lap(1, 1, 1);
            });
    Rounds rounds = new Rounds(SIZES, new Stop(stop::get), step -> {});
    assertThatThrownBy(() -> rounds.run(List.of(once, recorder("disk", heard, 1))))
        .isInstanceOf(Stop.StoppedException.class);
    assertThat(heard).isEmpty();
  }

  @Test
  void ratios_are_those_within_a_round() {
    Contender ours = recorder("dedupfs", new ArrayList<>(), 1);
    Contender sha = recorder("SHA-256", new ArrayList<>(), 1);
    Contender disk = recorder("disk", new ArrayList<>(), 1);
    Laps laps = new Laps(List.of(ours, sha, disk));
    double[] walls = {1, 10, 4};
    for (double wall : walls) {
      laps.add(ours, new Lap(10, wall, 3 * wall));
      laps.add(sha, new Lap(20, wall, 2 * wall));
      laps.add(disk, new Lap(10, wall / 2, wall));
    }
    assertThat(laps.speedRatio(ours, disk).median()).isCloseTo(0.5, within(1e-9));
    assertThat(laps.speedRatio(ours, sha, disk).median()).isCloseTo(0.5, within(1e-9));
    assertThat(laps.timeRatio(ours, sha, disk).median()).isCloseTo(2, within(1e-9));
    // for each of what was done: 0.3 to 0.1 and to 0.1 + 0.1
    assertThat(laps.cpuRatio(ours, sha).median()).isCloseTo(3, within(1e-9));
    assertThat(laps.cpuRatio(ours, sha, disk).median()).isCloseTo(1.5, within(1e-9));
    Figure figure = laps.figures(Unit.OPERATIONS).get(0);
    assertThat(figure.perSecond().median()).isCloseTo(2.5, within(1e-9));
    assertThat(figure.cpu().median()).isCloseTo(1.2e6, within(1e-3));
    assertThat(figure.baseline()).isFalse();
  }

  @Test
  void clocks_of_this_thread_and_process_go_on_while_it_works() throws IOException {
    double[] sink = new double[1];
    Lap thread = Lap.of(CpuClock.THREAD, () -> work(sink));
    Lap process = Lap.of(CpuClock.PROCESS, () -> work(sink));
    Lap byPid = Lap.of(CpuClock.of(ProcessHandle.current().pid()), () -> work(sink));
    for (Lap lap : List.of(thread, process, byPid)) {
      assertThat(lap.cpuSeconds()).isBetween(1e-3, 60.0);
    }
    assertThat(sink[0]).isFinite();
  }

  private static double work(double[] sink) {
    for (int i = 0; i < 5_000_000; i++) {
      sink[0] += Math.sqrt(i);
    }
    return 1;
  }
}
