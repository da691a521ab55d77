package org.dedupfs.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.dedupfs.benchmarks.report.Figure;
import org.dedupfs.benchmarks.report.Spread;
import org.dedupfs.benchmarks.report.Unit;

/** What all contenders took in each round that counted. Not safe for several threads. */
final class Laps {
  private final Map<Contender, List<Lap>> laps = new LinkedHashMap<>();

  Laps(List<Contender> contenders) {
    contenders.forEach(each -> laps.put(each, new ArrayList<>()));
  }

  void add(Contender contender, Lap lap) {
    of(contender).add(lap);
  }

  private List<Lap> of(Contender contender) {
    return Objects.requireNonNull(laps.get(contender), contender.name());
  }

  /** In the order in which they were given. */
  List<Contender> contenders() {
    return List.copyOf(laps.keySet());
  }

  int rounds() {
    return laps.values().stream().mapToInt(List::size).min().orElse(0);
  }

  double cpu(Contender contender, int round) {
    return of(contender).get(round).cpuSeconds();
  }

  double wall(Contender contender, int round) {
    return of(contender).get(round).wallSeconds();
  }

  double perSecond(Contender contender, int round) {
    return of(contender).get(round).perSecond();
  }

  /** CPU in relation to that of others together, each for what it did. */
  Spread cpuRatio(Contender ours, Contender... others) {
    return each(
        round -> {
          double sum = 0;
          for (Contender other : others) {
            sum += cpu(other, round) / of(other).get(round).amount();
          }
          return cpu(ours, round) / of(ours).get(round).amount() / sum;
        });
  }

  /** How fast in relation to the slowest of others. */
  Spread speedRatio(Contender ours, Contender... others) {
    return each(
        round -> {
          double slowest = Double.MAX_VALUE;
          for (Contender other : others) {
            slowest = Math.min(slowest, perSecond(other, round));
          }
          return perSecond(ours, round) / slowest;
        });
  }

  /** How long in relation to the quickest of others. */
  Spread timeRatio(Contender ours, Contender... others) {
    return each(
        round -> {
          double quickest = Double.MAX_VALUE;
          for (Contender other : others) {
            quickest = Math.min(quickest, wall(other, round));
          }
          return wall(ours, round) / quickest;
        });
  }

  /** Something of each round. */
  interface OfRound {
    double value(int round);
  }

  Spread each(OfRound value) {
    double[] values = new double[rounds()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.value(i);
    }
    return Spread.of(values);
  }

  /** One for each contender. */
  List<Figure> figures(Unit unit) {
    List<Figure> figures = new ArrayList<>();
    laps.forEach(
        (contender, all) ->
            figures.add(
                new Figure(
                    contender.name(),
                    contender.baseline(),
                    spread(all, Lap::perSecond),
                    spread(all, lap -> unit.cpuFor(lap.cpuSeconds(), lap.amount())),
                    all.size())));
    return figures;
  }

  private static Spread spread(List<Lap> all, ToDoubleFunction<Lap> value) {
    return Spread.of(all.stream().mapToDouble(value).toArray());
  }
}
