package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.StoreStatistics;
import org.dedupfs.benchmarks.Workload.Door;
import org.dedupfs.benchmarks.report.Unit;

/** Many small files, by the Java API, beside the JDK's default provider on the same disk. */
final class TreeWorkloads {
  private static final double IMPORT_TIME = 1.5;
  private static final double CLONE_SECONDS = 0.3;
  private static final int CLONE_FILES = 10_000;

  private TreeWorkloads() {}

  static List<Workload> all() {
    return List.of(
        of(
            "files-create",
            "create small files, durable",
            Unit.FILES,
            (bench, measured) -> inPlaces(bench, measured, true, TreeRaces::create)),
        of(
            "files-stat",
            "walk a tree and ask each file for its attributes",
            Unit.FILES,
            (bench, measured) -> inPlaces(bench, measured, false, TreeRaces::walk)),
        of(
            "files-list",
            "list directories",
            Unit.NAMES,
            (bench, measured) -> inPlaces(bench, measured, false, TreeRaces::list)),
        of(
            "files-import",
            "copy a source tree into the store, durable",
            Unit.FILES,
            TreeWorkloads::imports),
        of(
            "files-clone",
            "clone a tree within the store, durable",
            Unit.FILES,
            TreeWorkloads::clones),
        of(
            "metadata-storm",
            "create, link, rename, change, stat and remove, 4 threads, durable",
            Unit.OPERATIONS,
            (bench, measured) -> inPlaces(bench, measured, false, TreeRaces::storm)),
        of(
            "mixed",
            "read, overwrite, append and replace files, 4 threads, durable",
            Unit.OPERATIONS,
            (bench, measured) -> inPlaces(bench, measured, false, TreeRaces::mixed)),
        of(
            "files-delete",
            "delete small files, durable",
            Unit.FILES,
            (bench, measured) -> inPlaces(bench, measured, false, TreeRaces::delete)));
  }

  private static Workload of(String name, String title, Unit unit, Workload.Body body) {
    return new Workload(name, Door.API, title, unit, body);
  }

  /** What races in some places. */
  @FunctionalInterface
  private interface Race {
    List<Contender> contenders(TreeRaces races, List<Place> places) throws IOException;
  }

  /**
   * Races a store against plain files.
   *
   * @param each whether also against plain files that are made durable one by one
   */
  private static void inPlaces(Bench bench, Measured measured, boolean each, Race race)
      throws IOException {
    try (TestStore store = bench.store("cdc:64k")) {
      Place disk = Place.onDisk(bench.kept("plain"));
      List<Place> places =
          each
              ? List.of(store.place(), disk, Place.onDiskEach(bench.kept("plain-each")))
              : List.of(store.place(), disk);
      Laps laps = measured.race(race.contenders(bench.trees(), places));
      for (Contender contender : laps.contenders()) {
        if (contender.baseline()) {
          measured.compare(
              "speed / " + contender.name(), laps.speedRatio(laps.contenders().get(0), contender));
        }
      }
    }
  }

  private static void imports(Bench bench, Measured measured) throws IOException {
    try (TestStore store = bench.store("cdc:64k")) {
      Path tree = bench.kept("source").resolve("tree");
      double unusedCreated = new TreeWork(bench.stop()).create(tree, bench.sizes().files(), 0);
      StoreStatistics before = store.statistics();
      List<Place> places =
          List.of(
              store.place(),
              Place.onDisk(bench.kept("plain")),
              Place.onDiskEach(bench.kept("plain-each")));
      Laps laps = measured.race(bench.trees().copyIn(places, tree));
      measured.space(store.since(before));
      List<Contender> all = laps.contenders();
      measured.atMost(
          "time / the quicker of both copies to the disk",
          laps.timeRatio(all.get(0), all.get(1), all.get(2)),
          IMPORT_TIME);
      measured.compare("time / " + all.get(1).name(), laps.timeRatio(all.get(0), all.get(1)));
      measured.compare("time / " + all.get(2).name(), laps.timeRatio(all.get(0), all.get(2)));
    }
  }

  private static void clones(Bench bench, Measured measured) throws IOException {
    try (TestStore store = bench.store("cdc:64k")) {
      List<Place> places = List.of(store.place(), Place.onDisk(bench.kept("plain")));
      Laps laps = measured.race(bench.trees().copyWithin(places, bench.sizes().clonedFiles()));
      Contender ours = laps.contenders().get(0);
      Contender disk = laps.contenders().get(1);
      measured.atMost(
          "seconds for " + CLONE_FILES + " files",
          laps.each(round -> CLONE_FILES / laps.perSecond(ours, round)),
          CLONE_SECONDS);
      measured.compare("speed / " + disk.name(), laps.speedRatio(ours, disk));
    }
  }
}
