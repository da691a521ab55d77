package org.dedupfs.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dedupfs.benchmarks.report.HtmlPage;
import org.dedupfs.benchmarks.report.JsonText;
import org.dedupfs.benchmarks.report.Machine;
import org.dedupfs.benchmarks.report.RunReport;
import org.dedupfs.benchmarks.report.RunReport.Skipped;
import org.dedupfs.benchmarks.report.TableText;
import org.dedupfs.benchmarks.report.WorkloadReport;
import org.dedupfs.bridge.jnr.MountException;
import org.dedupfs.command.CommandException;
import org.dedupfs.command.ExitCode;
import org.dedupfs.command.HostArgument;
import org.dedupfs.command.Interruption;
import org.dedupfs.command.Quantities;
import org.dedupfs.command.Terminal;
import org.dedupfs.command.Version;
import org.dedupfs.host.HostPath;
import org.dedupfs.host.MountTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dedupfs benchmark}. */
@Command(
    name = "benchmark",
    header = "Measure how fast a store is on this machine, and beside what.",
    description = {
      "Measures new stores in a temporary directory, by the Java API and, where FUSE is available,"
          + " through a mount: streams, 4 KiB at random places, many small files, metadata, sweeps."
          + " Beside each, in turns and in the same run, goes what it can be compared with: plain"
          + " files on the same disk, SHA-256 and zstd alone, a null file system on the same bridge,"
          + " and bindfs if it is installed. What is written is counted until it is durable. Shows"
          + " medians and whether the project's targets are met, CPU, memory and space; the"
          + " directory of --output gets them as results.json and as a page, index.html. Needs no"
          + " root. Let nothing else run meanwhile; only ratios mean something on a machine that is"
          + " shared."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs benchmark --quick                     # about 2 minutes",
      "  dedupfs benchmark --store /srv/tmp            # about 10, on that disk",
      "  dedupfs benchmark --full --output results",
      "  dedupfs benchmark --list",
      "  dedupfs benchmark --only write-unique,mount-stat",
      "  dedupfs benchmark --only read-warm --profile=read.jfr",
      "  dedupfs benchmark --scale 1000000 --size 5G"
    })
public final class BenchmarkCommand implements Callable<Integer> {
  private static final DateTimeFormatter DIRECTORY_NAME =
      DateTimeFormatter.ofPattern("'dedupfs-benchmark-'yyyyMMdd-HHmmss")
          .withZone(ZoneId.systemDefault());

  @Spec private CommandSpec spec;

  /** One of two. */
  private static final class Sizes {
    @Option(
        names = "--quick",
        description =
            "About 2 minutes: streams of 64 MiB, 200 files, 2,000 operations, 3 rounds, and not all"
                + " workloads.")
    private boolean quick;

    @Option(
        names = "--full",
        description =
            "As long as it takes, an hour or two: streams of 1 GiB, 10,000 files, 100,000"
                + " operations, 9 rounds (default: 256 MiB, 3,000, 20,000, 5).")
    private boolean full;
  }

  @ArgGroup private @Nullable Sizes mode;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description =
          "Where stores and files are made, and removed again; on the disk that is to be"
              + " measured (default: the current directory).")
  private @Nullable String store;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Gets results.json and index.html (default: dedupfs-benchmark-TIME in the"
              + " current directory).")
  private @Nullable String output;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      completionCandidates = Catalogue.Names.class,
      description = "Only workloads whose names begin so; several with commas or by repetition.")
  private List<String> only = new ArrayList<>();

  @Option(names = "--list", description = "Only list the workloads.")
  private boolean list;

  @Option(
      names = "--scale",
      paramLabel = "N",
      description =
          "Instead, what an operation costs when a store has grown to N files, names in a directory"
              + " or extents of a file, N/100 open files, or 10 streams, against the beginning.")
  private @Nullable Integer scale;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "Of a stream, for example 512M; also of the file that pages are read of.")
  private @Nullable String size;

  @Option(
      names = "--files",
      paramLabel = "N",
      description = "How many small files, also of the tree that is cloned.")
  private @Nullable Integer files;

  @Option(
      names = "--operations",
      paramLabel = "N",
      description = "How many operations on 4 KiB, or of metadata.")
  private @Nullable Integer operations;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How many rounds count at most; a workload that is slow here gets fewer.")
  private @Nullable Integer rounds;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Workload> workloads = workloads();
    if (list) {
      List<Workload> listed = new ArrayList<>(workloads);
      if (only.isEmpty() && scale == null) {
        listed.addAll(Catalogue.growth());
      }
      listed.forEach(
          each ->
              out.println(
                  String.format("%-28s %-9s %s", each.name(), each.door().shown(), each.title())));
      return ExitCode.DONE.number();
    }
    RunSizes sizes = sizes();
    Path base = directory(store, ".");
    requireSpace(base, scale == null ? sizes.diskBytes() : sizes.scaleDiskBytes());
    Instant started = Instant.now();
    Path results = output(started);
    Path work =
        Files.createTempDirectory(
            base,
            "dedupfs-benchmark-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    RunReport report;
    try {
      report = measure(workloads, sizes, work, started);
    } catch (IOException | InterruptedException e) {
      // Whatever fails then, it is because of that.
      Interruption.check();
      throw e;
    } finally {
      remove(work);
    }
    Interruption.check();
    save(report, results);
    out.println("results: " + results.resolve("index.html") + ", results.json");
    return (report.skipped().isEmpty() ? ExitCode.DONE : ExitCode.SKIPPED).number();
  }

  private boolean isQuick() {
    return mode != null && mode.quick;
  }

  private List<Workload> workloads() {
    return scale != null && only.isEmpty() ? Catalogue.growth() : Catalogue.chosen(only, isQuick());
  }

  private RunSizes sizes() {
    RunSizes sizes = RunSizes.USUAL;
    if (mode != null && mode.full) {
      sizes = RunSizes.FULL;
    } else if (isQuick()) {
      sizes = RunSizes.QUICK;
    }
    if (size != null) {
      sizes = sizes.withStream(Quantities.parseBytes(size));
    }
    if (files != null) {
      sizes = sizes.withFiles(positive("--files", files));
    }
    if (scale != null) {
      sizes = sizes.withScale(positive("--scale", scale));
    }
    if (operations != null) {
      sizes = sizes.withOperations(positive("--operations", operations));
    }
    if (rounds != null) {
      sizes = sizes.withRounds(positive("--rounds", rounds));
    }
    return sizes;
  }

  private static int positive(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + " " + value + ": at least 1 is needed");
    }
    return value;
  }

  private static Path directory(@Nullable String given, String otherwise) throws IOException {
    return HostPath.absolute(HostArgument.path(given == null ? otherwise : given)).toRealPath();
  }

  /** Known to be usable before anything is measured. */
  private Path output(Instant started) throws IOException, CommandException {
    String name = output == null ? DIRECTORY_NAME.format(started) : output;
    Path place = HostPath.absolute(HostArgument.path(name));
    Path parent = Files.isDirectory(place) ? place : place.getParent();
    if (parent == null || !Files.isWritable(parent)) {
      throw new CommandException(
          ExitCode.FAILED, "cannot write to " + parent + "; name another place with --output");
    }
    return place;
  }

  private static void requireSpace(Path base, long needed) throws IOException, CommandException {
    long free = Files.getFileStore(base).getUsableSpace();
    if (free < needed) {
      throw new CommandException(
          ExitCode.FAILED,
          base
              + " has "
              + Quantities.bytes(free)
              + " free, "
              + Quantities.bytes(needed)
              + " are needed; name another place with --store, or smaller sizes");
    }
  }

  private RunReport measure(List<Workload> workloads, RunSizes sizes, Path work, Instant started)
      throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    TableText table = new TableText(Terminal.showsOutput());
    Machine machine = MachineProbe.look(work);
    String words = sizes.toString();
    table.head(machine, words).forEach(out::println);
    long start = System.nanoTime();
    List<WorkloadReport> reports = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    try (RunProgress progress =
            new RunProgress(spec.commandLine().getErr(), workloads.size(), Terminal.showsErrors());
        Bench bench = new Bench(work, sizes, new Stop(Interruption::requested), progress::tell)) {
      progress.begin("everything");
      bench.warmUp();
      for (Workload workload : workloads) {
        bench.stop().check();
        progress.begin(workload.name());
        try {
          WorkloadReport report = workload.run(bench);
          reports.add(report);
          progress.clear();
          table.workload(report).forEach(out::println);
          out.flush();
        } catch (MountException e) {
          skipped.add(new Skipped(workload.name(), String.valueOf(e.getMessage())));
        }
        progress.end();
      }
      skipped.addAll(bench.missing());
    }
    RunReport run =
        new RunReport(
            Version.line(),
            words,
            started,
            (System.nanoTime() - start) / 1e9,
            machine,
            reports,
            skipped);
    table.foot(run).forEach(out::println);
    return run;
  }

  private static void save(RunReport report, Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("results.json"), JsonText.of(report));
    Files.writeString(directory.resolve("index.html"), HtmlPage.of(report));
  }

  /** Not what lies behind a mount that could not be taken away. */
  private static void remove(Path work) throws IOException {
    if (!MountTable.read().below(work).isEmpty()) {
      throw new IOException("something is still mounted below " + work);
    }
    Stores.delete(work);
  }
}
