package org.dedupfs.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Measures what a store costs beside what the same work costs without one, in one run and in turns,
 * since only ratios mean anything on a machine that others use too.
 *
 * <p>Arguments, all with defaults: {@code dir=} where to work (on the disk to be measured), {@code
 * mib=} of a stream, {@code files=} of the tree, {@code rounds=}, {@code json=} a file for the
 * results, {@code only=} a part of the names of the workloads to run.
 */
public final class Workloads {
  private static final double DUPLICATES_LIMIT = 2.5;
  private static final double UNIQUE_LIMIT = 4.5;
  private static final double IMPORT_LIMIT = 4;

  private final Streams streams;
  private final SmallFiles smallFiles;
  private final Maintenance maintenance;
  private final String only;
  private final PrintStream out;
  private final List<Result> results = new ArrayList<>();

  private Workloads(Path directory, Map<String, String> arguments, PrintStream out) {
    long mib = Long.parseLong(arguments.getOrDefault("mib", "512"));
    int rounds = Integer.parseInt(arguments.getOrDefault("rounds", "5"));
    int files = Integer.parseInt(arguments.getOrDefault("files", "3000"));
    this.streams = new Streams(directory, mib << 20, rounds);
    this.smallFiles = new SmallFiles(directory, files, rounds);
    this.maintenance = new Maintenance(directory, mib << 20, rounds);
    this.only = arguments.getOrDefault("only", "");
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    run(args, System.out);
  }

  /** Runs the workloads; returns their results. */
  static List<Result> run(String[] args, PrintStream out) throws IOException {
    Map<String, String> arguments = new TreeMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (equals < 1
          || !List.of("dir", "mib", "files", "rounds", "json", "only")
              .contains(arg.substring(0, equals))) {
        throw new IllegalArgumentException(
            arg + ": allowed are dir=, mib=, files=, rounds=, json=, only=");
      }
      arguments.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    Path base = Path.of(arguments.getOrDefault("dir", "target"));
    Files.createDirectories(base);
    Path directory = Files.createTempDirectory(base, "workloads");
    try {
      Workloads workloads = new Workloads(directory, arguments, out);
      workloads.run();
      if (arguments.containsKey("json")) {
        Files.writeString(Path.of(arguments.get("json")), workloads.json());
      }
      return workloads.results;
    } finally {
      Stores.delete(directory);
    }
  }

  private void run() throws IOException {
    out.println(Result.header());
    for (String chunking : List.of("fixed:128k", "cdc:64k")) {
      double limit = chunking.startsWith("fixed") ? DUPLICATES_LIMIT : 0;
      add("duplicates " + chunking, () -> List.of(streams.duplicates(chunking, limit)));
      add("unique " + chunking, () -> streams.unique(chunking, UNIQUE_LIMIT));
    }
    add("import", () -> smallFiles.imports("cdc:64k", IMPORT_LIMIT));
    add("read", () -> streams.reads("cdc:64k"));
    add("overwrite fixed:128k", () -> List.of(streams.overwrites("fixed:128k")));
    add("overwrite cdc:64k", () -> List.of(streams.overwrites("cdc:64k")));
    add("sweep", maintenance::sweeps);
    add("scrub", () -> List.of(maintenance.scrubs("cdc:64k")));
    out.printf(
        Locale.ROOT,
        "%nprocess: %.1f CPU s, at most %d MiB resident%n",
        ProcessUsage.cpuSeconds(),
        ProcessUsage.peakResidentMib());
  }

  /** Something that gives results. */
  @FunctionalInterface
  private interface Workload {
    List<Result> run() throws IOException;
  }

  private void add(String name, Workload workload) throws IOException {
    if (name.contains(only)) {
      for (Result result : workload.run()) {
        results.add(result);
        out.println(result.row());
      }
    }
  }

  private String json() {
    return results.stream()
        .map(Result::json)
        .collect(
            Collectors.joining(
                ",\n  ",
                "{\"peakResidentMib\":" + ProcessUsage.peakResidentMib() + ",\"results\":[\n  ",
                "]}\n"));
  }
}
