package org.dedupfs.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Has contenders do their work in turns, so that other load on the machine meets all alike: each
 * round another one begins. The first is the one that matters.
 *
 * @param tells what is running
 */
record Rounds(RunSizes sizes, Stop stop, Consumer<String> tells) {
  Laps run(List<Contender> contenders) throws IOException {
    Laps laps = new Laps(contenders);
    Pace pace = new Pace(sizes);
    for (int round = 0; pace.goesOn(laps.rounds()); round++) {
      boolean counts = pace.isWarm(round);
      tells.accept(counts ? "round " + (laps.rounds() + 1) : "warming up");
      for (int i = 0; i < contenders.size(); i++) {
        stop.check();
        int turn = (i + round) % contenders.size();
        Contender contender = contenders.get(turn);
        Lap lap = contender.work().lap(round);
        if (counts) {
          laps.add(contender, lap);
        } else if (turn == 0) {
          pace.warmedUp(lap);
        }
      }
    }
    return laps;
  }
}
