package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Work on small files as contenders, one for each place. For one thread.
 *
 * <p>What a round has made stays until the place is removed: on ext4 without a journal creating a
 * file within some seconds after others were deleted takes up to a millisecond, whoever does it,
 * and that would be counted for the next round.
 */
record TreeRaces(RunSizes sizes, Stop stop) {
  private static final int THREADS = 4;

  /** What is measured at a place. */
  @FunctionalInterface
  private interface Work {
    Lap lap(Place place, int round) throws IOException;
  }

  private static List<Contender> contenders(List<Place> places, Work work) {
    List<Contender> contenders = new ArrayList<>();
    for (Place place : places) {
      contenders.add(place.contender(round -> work.lap(place, round)));
    }
    return contenders;
  }

  private TreeWork tree() {
    return new TreeWork(stop);
  }

  /** Files that no other round and no other place has made. */
  private int first(int round) {
    return (round + 1) * Math.max(sizes.files(), sizes.clonedFiles());
  }

  List<Contender> create(List<Place> places) {
    return contenders(
        places,
        (place, round) -> {
          Path root = place.root().resolve("created" + round);
          place.settle();
          return Lap.of(
              place.cpu(),
              () -> {
                double count = tree().create(root, sizes.files(), first(round));
                place.durable().apply(root);
                return count;
              });
        });
  }

  List<Contender> delete(List<Place> places) {
    return contenders(
        places,
        (place, round) -> {
          Path root = place.root().resolve("deleted" + round);
          double unusedCreated = tree().create(root, sizes.files(), first(round));
          place.durable().apply(root);
          return Lap.of(
              place.cpu(),
              () -> {
                double count = tree().delete(root);
                place.namesDurable().run();
                return count;
              });
        });
  }

  /** Of a tree that is made beforehand. */
  List<Contender> walk(List<Place> places) throws IOException {
    for (Place place : places) {
      double unusedCreated = tree().create(place.root().resolve("walked"), sizes.files(), 0);
    }
    return contenders(
        places,
        (place, round) -> Lap.of(place.cpu(), () -> tree().walk(place.root().resolve("walked"))));
  }

  /** Of a tree that is made beforehand. */
  List<Contender> list(List<Place> places) throws IOException {
    List<Contender> contenders = new ArrayList<>();
    for (Place place : places) {
      Path root = place.root().resolve("listed");
      double unusedCreated = tree().create(root, sizes.files(), 0);
      List<Path> directories = TreeWork.directories(root);
      contenders.add(place.contender(round -> Lap.of(place.cpu(), () -> tree().list(directories))));
    }
    return contenders;
  }

  /** Copies a tree of the disk to each place. */
  List<Contender> copyIn(List<Place> places, Path source) {
    return copy(places, "imported", place -> source);
  }

  /** Copies a tree within each place; it is made beforehand. */
  List<Contender> copyWithin(List<Place> places, int count) throws IOException {
    for (Place place : places) {
      Path source = place.root().resolve("source");
      double unusedCreated = tree().create(source, count, 0);
      place.durable().apply(source);
    }
    return copy(places, "copied", place -> place.root().resolve("source"));
  }

  /** Where something is from. */
  @FunctionalInterface
  private interface Source {
    Path at(Place place);
  }

  private List<Contender> copy(List<Place> places, String name, Source source) {
    return contenders(
        places,
        (place, round) -> {
          Path target = place.root().resolve(name + round);
          place.settle();
          return Lap.of(
              place.cpu(),
              () -> {
                double count = tree().copy(source.at(place), target);
                place.durable().apply(target);
                return count;
              });
        });
  }

  List<Contender> storm(List<Place> places) {
    BusyWork work = new BusyWork(THREADS, sizes.operations(), stop);
    return contenders(
        places,
        (place, round) -> {
          Path root = place.root().resolve("storm" + round);
          return Lap.of(
              place.cpu(),
              () -> {
                double count = work.storm(root);
                place.namesDurable().run();
                return count;
              });
        });
  }

  List<Contender> mixed(List<Place> places) {
    BusyWork work = new BusyWork(THREADS, sizes.operations(), stop);
    return contenders(
        places,
        (place, round) -> {
          Path root = place.root().resolve("mixed" + round);
          return Lap.of(
              place.cpu(),
              () -> {
                double count = work.mixed(root, first(round));
                place.durable().apply(root);
                return count;
              });
        });
  }
}
