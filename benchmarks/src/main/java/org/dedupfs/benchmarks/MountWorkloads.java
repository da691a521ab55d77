package org.dedupfs.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dedupfs.mount.FuseAvailability;

/**
 * Measures a mounted store, in one run and in turns: streams beside the same streams by the Java
 * API, operations on many files beside bindfs over the same disk. All mounts are processes of their
 * own; this one asks them by system calls.
 *
 * <p>Arguments, all with defaults: {@code dir=} where to work (on the disk to be measured), {@code
 * files=} how many, {@code mib=} of a stream, {@code rounds=} that count, {@code warmups=} before
 * them, {@code launcher=} the {@code dedupfs} command to mount with (else this process's class path
 * and the launcher's JVM options), {@code json=} a file for the results.
 */
public final class MountWorkloads {
  /** The most that the process of a mount may have resident. */
  static final long RESIDENT_LIMIT_MIB = 512;

  /** So many that the mount's JVM has compiled what matters, even with little CPU to spare. */
  private static final int WARMUPS = 10;

  private static final List<String> ARGUMENTS =
      List.of("dir", "files", "mib", "rounds", "warmups", "launcher", "json");

  /** As the launcher starts a mount. */
  private static final List<String> JVM_OPTIONS =
      List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError");

  private static final Map<String, String> ENVIRONMENT =
      Map.of("MALLOC_ARENA_MAX", "2", "LC_ALL", "C.UTF-8");

  /**
   * What was measured.
   *
   * @param peakResidentMib of the mounting process, over all that it did
   */
  record Results(List<Race> races, long peakResidentMib) {
    Results {
      races = List.copyOf(races);
    }

    private String json() {
      return races.stream()
          .map(Race::json)
          .collect(
              Collectors.joining(
                  ",\n  ",
                  "{\"peakResidentMib\":" + peakResidentMib + ",\"results\":[\n  ",
                  "]}\n"));
    }
  }

  private final Path directory;
  private final Map<String, String> arguments;
  private final PrintStream out;

  private MountWorkloads(Path directory, Map<String, String> arguments, PrintStream out) {
    this.directory = directory;
    this.arguments = arguments;
    this.out = out;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    run(args, System.out);
  }

  /**
   * Measures.
   *
   * @throws IOException if mounting is not possible or bindfs is missing; says what to install
   */
  static Results run(String[] args, PrintStream out) throws IOException, InterruptedException {
    Map<String, String> arguments = new TreeMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (equals < 1 || !ARGUMENTS.contains(arg.substring(0, equals))) {
        throw new IllegalArgumentException(
            arg + ": allowed are " + String.join("=, ", ARGUMENTS) + "=");
      }
      arguments.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    FuseAvailability.check();
    Path bindfs = ServingProgram.find("bindfs", "bindfs");
    Path base = Path.of(arguments.getOrDefault("dir", "target"));
    Files.createDirectories(base);
    Path directory = Files.createTempDirectory(base.toRealPath(), "mounts");
    MountWorkloads workloads = new MountWorkloads(directory, arguments, out);
    Results results = workloads.measure(bindfs);
    // Only here: what failed to be unmounted must not be deleted.
    Stores.delete(directory);
    if (arguments.containsKey("json")) {
      Files.writeString(Path.of(arguments.get("json")), results.json());
    }
    return results;
  }

  private int number(String argument, int otherwise) {
    String value = arguments.get(argument);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  private Path place(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  private Results measure(Path bindfs) throws IOException, InterruptedException {
    Path store = directory.resolve("store");
    FileSystem made = Stores.create(store);
    made.close();
    try (ServingProgram mount = serve(mountLine(store), "mount");
        ServingProgram uncached =
            serve(
                Stream.of(
                    bindfs, "-f", "-o", "attr_timeout=0,entry_timeout=0", place("behind-uncached")),
                "uncached");
        ServingProgram cached = serve(Stream.of(bindfs, "-f", place("behind-cached")), "cached");
        FileSystem api = Stores.create(directory.resolve("api-store"))) {
      List<Race> races = new ArrayList<>();
      races.addAll(streams(mount, api));
      races.addAll(files(mount, uncached, cached));
      long peak = mount.peakResidentMib();
      out.printf(
          Locale.ROOT,
          "%nresident in the mounting process: at most %d MiB, limit %d MiB%s%n",
          peak,
          RESIDENT_LIMIT_MIB,
          peak <= RESIDENT_LIMIT_MIB ? "" : "  TOO MUCH");
      return new Results(races, peak);
    }
  }

  private Stream<?> mountLine(Path store) {
    String launcher = arguments.get("launcher");
    Stream<?> program =
        launcher != null
            ? Stream.of(Path.of(launcher).toAbsolutePath())
            : Stream.of(
                    Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")),
                    JVM_OPTIONS.stream(),
                    Stream.of(
                        "-cp", System.getProperty("java.class.path"), "org.dedupfs.command.Main"))
                .flatMap(words -> words);
    return Stream.concat(program, Stream.of("mount", "--foreground", store));
  }

  private ServingProgram serve(Stream<?> line, String name)
      throws IOException, InterruptedException {
    Path mountPoint = place(name);
    List<String> words = Stream.concat(line, Stream.of(mountPoint)).map(Object::toString).toList();
    return ServingProgram.start(words, ENVIRONMENT, mountPoint, directory.resolve(name + ".log"));
  }

  private List<Race> streams(ServingProgram mount, FileSystem api) throws IOException {
    StreamRaces streams =
        new StreamRaces(
            mount.mountPoint(), api.getPath("/"), mount, (long) number("mib", 256) << 20);
    int warmups = number("warmups", 2);
    for (int i = 0; i < warmups + number("rounds", 7); i++) {
      streams.round(i, i >= warmups);
    }
    print(streams.races());
    return streams.races();
  }

  private List<Race> files(ServingProgram mount, ServingProgram uncached, ServingProgram cached)
      throws IOException {
    int count = number("files", 2000);
    List<FilePlace> places = new ArrayList<>();
    try {
      places.add(FilePlace.make(mount, mount.mountPoint(), count));
      places.add(FilePlace.make(uncached, uncached.mountPoint(), count));
      places.add(FilePlace.make(cached, cached.mountPoint(), count));
      places.add(FilePlace.make(null, place("plain"), count));
      FileRaces races =
          new FileRaces(places, List.of("dedupfs", "bindfs uncached", "bindfs", "disk"));
      int warmups = number("warmups", WARMUPS);
      for (int i = 0; i < warmups + number("rounds", 7); i++) {
        races.round(i, i >= warmups);
      }
      print(races.races());
      return races.races();
    } finally {
      places.forEach(FilePlace::close);
    }
  }

  private void print(List<Race> races) {
    out.println();
    out.println(races.get(0).header());
    races.forEach(race -> out.println(race.row()));
  }
}
