package org.dedupfs.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.function.ToIntFunction;
import org.dedupfs.benchmarks.Workload.Door;
import org.dedupfs.benchmarks.report.Unit;

/**
 * System calls on many distinct files, through the mount, beside bindfs and the disk. Turns are
 * short, some files each, so that other load on the machine meets all alike.
 */
final class CallWorkloads {
  private static final double SPEED = 0.8;

  private CallWorkloads() {}

  /**
   * A piece of work, and what comes before and after it untimed.
   *
   * @param groups into how many turns it is divided
   */
  private record Course(ToIntFunction<FilePlace> groups, Work work, Step before, Step after) {
    Course(ToIntFunction<FilePlace> groups, Work work) {
      this(groups, work, place -> {}, place -> {});
    }
  }

  /** Something to measure, with one group of files. */
  @FunctionalInterface
  private interface Work {
    /** Returns how much was done. */
    double run(FilePlace place, int group) throws IOException;
  }

  /** Something that is not measured. */
  @FunctionalInterface
  private interface Step {
    void run(FilePlace place) throws IOException;
  }

  static List<Workload> all() {
    return List.of(
        of(
            "mount-stat",
            "stat of distinct files",
            Unit.FILES,
            new Course(FilePlace::fileGroups, FilePlace::stat)),
        of(
            "mount-create",
            "create and unlink empty files",
            Unit.FILES,
            new Course(FilePlace::fileGroups, FilePlace::createAndUnlink)),
        of(
            "mount-readdir-large",
            "read the names of one large directory",
            Unit.NAMES,
            new Course(FilePlace::listings, FilePlace::listLarge)),
        of(
            "mount-readdir-small",
            "read the names of small directories",
            Unit.NAMES,
            new Course(FilePlace::directoryGroups, FilePlace::listSmall)),
        of(
            "mount-open-read",
            "open, read 4 KiB, close",
            Unit.FILES,
            new Course(FilePlace::fileGroups, FilePlace::openAndRead)),
        of(
            "mount-page-read",
            "read 4 KiB of open files, distinct ones that the kernel has no pages of",
            Unit.OPERATIONS,
            new Course(
                FilePlace::openGroups,
                FilePlace::readOpen,
                FilePlace::openSome,
                FilePlace::closeSome)));
  }

  private static Workload of(String name, String title, Unit unit, Course course) {
    return new Workload(
        name, Door.MOUNT, title, unit, (bench, measured) -> run(bench, measured, course));
  }

  private static void run(Bench bench, Measured measured, Course course)
      throws IOException, InterruptedException {
    Laps laps = new Turns(bench, course).run(bench.filePlaces());
    measured.keep(laps);
    compare(measured, laps, true);
  }

  /**
   * Against bindfs without caches, which asks as often; all others are shown beside.
   *
   * @param target whether there is one
   */
  static void compare(Measured measured, Laps laps, boolean target) {
    Contender ours = laps.contenders().get(0);
    for (Contender other : laps.contenders()) {
      if (target && other.name().equals(Mounts.UNCACHED)) {
        measured.atLeast("speed / " + other.name(), laps.speedRatio(ours, other), SPEED);
      } else if (other.baseline()) {
        measured.compare("speed / " + other.name(), laps.speedRatio(ours, other));
      }
    }
  }

  /** Short turns, added up to laps: what is compared are rounds, whose turns met the same load. */
  private record Turns(Bench bench, Course course) {
    Laps run(List<FilePlace> places) throws IOException {
      List<Contender> contenders = places.stream().map(FilePlace::contender).toList();
      Laps laps = new Laps(contenders);
      Pace pace = new Pace(bench.sizes());
      for (int round = 0; pace.goesOn(laps.rounds()); round++) {
        boolean counts = pace.isWarm(round);
        List<Lap> took = round(places, round);
        if (!counts) {
          pace.warmedUp(took.get(0));
        }
        for (int i = 0; counts && i < took.size(); i++) {
          laps.add(contenders.get(i), took.get(i));
        }
      }
      return laps;
    }

    private List<Lap> round(List<FilePlace> places, int round) throws IOException {
      for (FilePlace place : places) {
        course.before().run(place);
      }
      Lap[] took = new Lap[places.size()];
      int groups = course.groups().applyAsInt(places.get(0));
      for (int group = 0; group < groups; group++) {
        bench.stop().check();
        for (int j = 0; j < places.size(); j++) {
          int turn = (round + group + j) % places.size();
          int number = group;
          FilePlace place = places.get(turn);
          Lap lap = Lap.of(place.cpu(), () -> course.work().run(place, number));
          took[turn] = group == 0 ? lap : took[turn].plus(lap);
        }
      }
      for (FilePlace place : places) {
        course.after().run(place);
      }
      return List.of(took);
    }
  }
}
