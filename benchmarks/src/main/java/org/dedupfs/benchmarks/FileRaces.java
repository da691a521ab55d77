package org.dedupfs.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** What is done to many files, in each of several file systems in turns. */
final class FileRaces {
  private static final double LIMIT = 0.6;

  /** A piece of work, and what comes before and after it untimed. */
  private record Course(
      String name, ToIntFunction<FilePlace> groups, Work work, Step before, Step after) {
    Course(String name, ToIntFunction<FilePlace> groups, Work work) {
      this(name, groups, work, place -> {}, place -> {});
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

  private static final List<Course> COURSES =
      List.of(
          new Course("create", FilePlace::fileGroups, FilePlace::create),
          new Course("stat", FilePlace::fileGroups, FilePlace::stat),
          new Course("readdir, names of a large one", FilePlace::listings, FilePlace::listLarge),
          new Course(
              "readdir, names of small ones", FilePlace::directoryGroups, FilePlace::listSmall),
          new Course("open, read 4 KiB, close", FilePlace::fileGroups, FilePlace::openAndRead),
          new Course(
              "read 4 KiB of open files",
              FilePlace::openGroups,
              FilePlace::readOpen,
              FilePlace::openSome,
              place -> {}),
          new Course(
              "the same again",
              FilePlace::openGroups,
              FilePlace::readAgain,
              place -> {},
              FilePlace::closeSome),
          new Course("unlink", FilePlace::fileGroups, FilePlace::unlink));

  private final List<FilePlace> places;
  private final List<Race> races = new ArrayList<>();

  /**
   * @param names of the places, ours first, then what it is measured against
   */
  FileRaces(List<FilePlace> places, List<String> names) {
    this.places = places;
    COURSES.forEach(course -> races.add(new Race(course.name(), "/s", LIMIT, names)));
  }

  List<Race> races() {
    return races;
  }

  /**
   * One round of all.
   *
   * @param turn who begins
   * @param counted false to warm up
   */
  void round(int turn, boolean counted) throws IOException {
    for (int i = 0; i < COURSES.size(); i++) {
      Course course = COURSES.get(i);
      for (FilePlace place : places) {
        course.before().run(place);
      }
      int groups = course.groups().applyAsInt(places.get(0));
      for (int group = 0; group < groups; group++) {
        for (int j = 0; j < places.size(); j++) {
          int runner = (turn + group + j) % places.size();
          Race.Lap lap = measure(course.work(), places.get(runner), group);
          if (counted) {
            races.get(i).add(runner, lap);
          }
        }
      }
      for (FilePlace place : places) {
        course.after().run(place);
      }
    }
  }

  private static Race.Lap measure(Work work, FilePlace place, int group) throws IOException {
    double cpu = place.serverCpuSeconds();
    long start = System.nanoTime();
    double done = work.run(place, group);
    double wall = (System.nanoTime() - start) / 1e9;
    return new Race.Lap(done, wall, place.serverCpuSeconds() - cpu);
  }
}
