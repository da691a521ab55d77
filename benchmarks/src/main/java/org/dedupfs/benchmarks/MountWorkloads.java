package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.benchmarks.Workload.Door;
import org.dedupfs.benchmarks.report.Unit;

/**
 * What the Java API is measured with, through the mount of a store: streams beside the Java API and
 * a null file system on the same bridge, trees and pages beside bindfs.
 */
final class MountWorkloads {
  private static final double SPEED = 0.8;
  private static final String API = "Java API";

  private MountWorkloads() {}

  static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    all.add(
        stream(
            "mount-write-unique",
            "write new random bytes, durable",
            (bench, measured) -> writes(bench, measured, MadeBytes.Kind.RANDOM, true)));
    all.add(
        stream(
            "mount-write-duplicate",
            "write what is stored already, durable",
            (bench, measured) -> writes(bench, measured, MadeBytes.Kind.RANDOM, false)));
    all.add(
        stream(
            "mount-write-compressible",
            "write new text, durable",
            (bench, measured) -> writes(bench, measured, MadeBytes.Kind.TEXT, true)));
    all.add(stream("mount-read", "read, hashes verified", MountWorkloads::reads));
    all.addAll(CallWorkloads.all());
    for (int threads : new int[] {1, 4}) {
      all.add(
          new Workload(
              "mount-page-overwrite-" + threads,
              Door.MOUNT,
              "overwrite 4 KiB at random places, durable at the end, threads: " + threads,
              Unit.OPERATIONS,
              (bench, measured) -> overwrites(bench, measured, threads)));
    }
    all.add(
        tree("mount-files-create", "create small files, durable", Unit.FILES, TreeRaces::create));
    all.add(tree("mount-files-stat", "walk a tree", Unit.FILES, TreeRaces::walk));
    all.add(tree("mount-files-list", "list directories", Unit.NAMES, TreeRaces::list));
    all.add(
        new Workload(
            "mount-files-import",
            Door.MOUNT,
            "copy a source tree into the mount, durable",
            Unit.FILES,
            MountWorkloads::imports));
    all.add(
        tree(
            "mount-files-copy",
            "copy a tree within the mount, durable",
            Unit.FILES,
            (races, places) -> races.copyWithin(places, races.sizes().files())));
    all.add(
        tree(
            "mount-metadata-storm",
            "create, link, rename, change, stat and remove, 4 threads, durable",
            Unit.OPERATIONS,
            TreeRaces::storm));
    all.add(
        tree(
            "mount-mixed",
            "read, overwrite, append and replace files, 4 threads, durable",
            Unit.OPERATIONS,
            TreeRaces::mixed));
    all.add(
        tree("mount-files-delete", "delete small files, durable", Unit.FILES, TreeRaces::delete));
    return all;
  }

  private static Workload stream(String name, String title, Workload.Body body) {
    return new Workload(name, Door.MOUNT, title, Unit.BYTES, body);
  }

  /** Where streams race: the mount, a store in this process, nothing behind the same bridge. */
  private record Track(List<Place> places, List<AutoCloseable> open) implements AutoCloseable {
    static Track open(Bench bench) throws IOException, InterruptedException {
      Mounts mounts = bench.mounts();
      TestStore api = bench.store("cdc:64k");
      Place place = api.place();
      ScratchDirectory ours = bench.scratch(mounts.ours(), "streams");
      ScratchDirectory nothing = bench.scratch(mounts.nothing(), "streams");
      return new Track(
          List.of(
              mounts.ours().place().below(ours.path()),
              new Place(
                  API, true, place.root(), place.cpu(), place.durable(), place.namesDurable()),
              mounts.nothing().place().below(nothing.path())),
          List.of(ours, nothing, api));
    }

    void judge(Measured measured, Laps laps) {
      List<Contender> all = laps.contenders();
      measured.atLeast(
          "speed / the slower of " + API + " and null",
          laps.speedRatio(all.get(0), all.get(1), all.get(2)),
          SPEED);
      measured.compare("speed / " + API, laps.speedRatio(all.get(0), all.get(1)));
      measured.compare("speed / " + all.get(2).name(), laps.speedRatio(all.get(0), all.get(2)));
    }

    @Override
    public void close() throws IOException {
      closeAll(open);
    }
  }

  private static void writes(Bench bench, Measured measured, MadeBytes.Kind kind, boolean unique)
      throws IOException, InterruptedException {
    try (Track track = Track.open(bench)) {
      StreamFile stream = bench.stream();
      List<Contender> contenders = new ArrayList<>();
      for (Place place : track.places()) {
        if (!unique) {
          Lap unusedFirst = stream.write(place.cpu(), place.root().resolve("first"), made(kind, 0));
        }
        contenders.add(
            place.contender(
                round ->
                    stream.write(
                        place.cpu(),
                        place.root().resolve("file" + round),
                        made(kind, unique ? 100 + round : 0))));
      }
      track.judge(measured, measured.race(contenders));
    }
  }

  /** Unlike what other workloads have left in the store. */
  private static MadeBytes made(MadeBytes.Kind kind, int number) {
    return new MadeBytes(kind, 7_000_000L + number);
  }

  private static void reads(Bench bench, Measured measured)
      throws IOException, InterruptedException {
    try (Track track = Track.open(bench)) {
      StreamFile stream = bench.stream();
      List<Contender> contenders = new ArrayList<>();
      for (Place place : track.places()) {
        Path file = place.root().resolve("file");
        Lap unusedWritten = stream.write(place.cpu(), file, new MadeBytes(7_100_000));
        boolean mounted = !place.name().equals(API);
        contenders.add(
            place.contender(
                round -> {
                  if (mounted) {
                    NativeFiles.dropPages(file); // the kernel would answer by itself
                  }
                  return stream.read(place.cpu(), file);
                }));
      }
      track.judge(measured, measured.race(contenders));
    }
  }

  private static void overwrites(Bench bench, Measured measured, int threads)
      throws IOException, InterruptedException {
    long bytes = bench.sizes().streamBytes();
    PageWork work = new PageWork(threads, bench.sizes().operations(), bench.stop());
    StreamFile stream = bench.stream();
    List<Path> files = new ArrayList<>();
    inMounts(
        bench,
        measured,
        places -> {
          List<Contender> contenders = new ArrayList<>();
          for (Place place : places) {
            Path file = place.root().resolve("pages");
            files.add(file);
            Lap unusedWritten = stream.write(place.cpu(), file, new MadeBytes(7_200_000));
            contenders.add(
                place.contender(
                    round -> Lap.of(place.cpu(), () -> work.overwrite(file, bytes, round))));
          }
          return contenders;
        });
    for (Path file : files) {
      Files.delete(file);
    }
  }

  private static void imports(Bench bench, Measured measured)
      throws IOException, InterruptedException {
    Path tree = bench.kept("source").resolve("tree");
    double unusedCreated = new TreeWork(bench.stop()).create(tree, bench.sizes().files(), 0);
    inMounts(bench, measured, places -> bench.trees().copyIn(places, tree));
  }

  /** What races in some places. */
  @FunctionalInterface
  private interface Race {
    List<Contender> contenders(TreeRaces races, List<Place> places) throws IOException;
  }

  /** Contenders for some places. */
  @FunctionalInterface
  private interface Start {
    List<Contender> at(List<Place> places) throws IOException;
  }

  private static Workload tree(String name, String title, Unit unit, Race race) {
    return new Workload(
        name,
        Door.MOUNT,
        title,
        unit,
        (bench, measured) ->
            inMounts(bench, measured, places -> race.contenders(bench.trees(), places)));
  }

  /** Races below a directory of its own in each mount, in bindfs and in the null file system. */
  private static void inMounts(Bench bench, Measured measured, Start start)
      throws IOException, InterruptedException {
    Mounts mounts = bench.mounts();
    List<Mounts.Mounted> mounted = new ArrayList<>(List.of(mounts.ours(), mounts.nothing()));
    mounted.addAll(mounts.bindfs());
    List<Place> places = new ArrayList<>();
    for (Mounts.Mounted each : mounted) {
      places.add(each.place().below(bench.kept(each, "work")));
    }
    CallWorkloads.compare(measured, measured.race(start.at(places)), false);
  }

  /** All, whichever fails. */
  static void closeAll(List<? extends AutoCloseable> open) throws IOException {
    IOException failure = null;
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (Exception e) {
        failure = failure == null ? new IOException("not all could be removed", e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
