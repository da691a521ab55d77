package org.dedupfs.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is done to many files, in each of several file systems in turns. */
final class FileRaces {
  private static final double LIMIT = 0.6;

  /** A piece of work, and what comes before and after it untimed. */
  private record Course(String name, Work work, Step before, Step after) {
    Course(String name, Work work) {
      this(name, work, place -> {}, place -> {});
    }
  }

  /** Something to measure. */
  @FunctionalInterface
  private interface Work {
    /** Returns how much was done. */
    double run(FilePlace place) throws IOException;
  }

  /** Something that is not measured. */
  @FunctionalInterface
  private interface Step {
    void run(FilePlace place) throws IOException;
  }

  private static final List<Course> COURSES =
      List.of(
          new Course("create", FilePlace::create),
          new Course("stat", FilePlace::stat),
          new Course("readdir, names of a large one", FilePlace::listLarge),
          new Course("readdir, names of small ones", FilePlace::listSmall),
          new Course("open, read 4 KiB, close", FilePlace::openAndRead),
          new Course(
              "read 4 KiB of open files", FilePlace::readOpen, FilePlace::openSome, place -> {}),
          new Course("the same again", FilePlace::readAgain, place -> {}, FilePlace::closeSome),
          new Course("unlink", FilePlace::unlink));

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
      for (int j = 0; j < places.size(); j++) {
        int runner = (j + turn) % places.size();
        FilePlace place = places.get(runner);
        course.before().run(place);
        double cpu = place.serverCpuSeconds();
        long start = System.nanoTime();
        double done = course.work().run(place);
        double wall = (System.nanoTime() - start) / 1e9;
        Race.Lap lap = new Race.Lap(wall, place.serverCpuSeconds() - cpu);
        course.after().run(place);
        if (counted) {
          races.get(i).add(runner, done, lap);
        }
      }
    }
  }
}
