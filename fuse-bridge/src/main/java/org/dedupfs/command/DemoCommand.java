package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.StoreStatistics;
import org.dedupfs.host.HostCalls;
import org.dedupfs.transfer.HostSide;
import org.dedupfs.transfer.Loss;
import org.dedupfs.transfer.Side;
import org.dedupfs.transfer.StoreSide;
import org.dedupfs.transfer.TransferListener;
import org.dedupfs.transfer.TransferOptions;
import org.dedupfs.transfer.TransferTotals;
import org.dedupfs.transfer.TreeComparison;
import org.dedupfs.transfer.TreeTransfer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs demo}: shows on a tree of this machine what a store does, and leaves nothing. */
@Command(
    name = "demo",
    header = "See on a directory of this machine what it would save.",
    description = {
      "Stores a directory twice in a new store, gives both copies back, compares them byte for byte"
          + " with the original, and shows what it cost. Where FUSE is available, cp copies it"
          + " twice into a mounted store as well. Works in a temporary directory, which is removed"
          + " at the end; the directory itself is only read."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs demo",
      "  dedupfs demo ~/projects",
      "  dedupfs demo --chunking fixed:128k --temporary /big/disk /var/lib/images"
    })
final class DemoCommand implements Callable<Integer> {
  private static final List<String> NAMES = List.of("first", "second");

  @Spec private CommandSpec spec;
  @Mixin private ReportOptions reporting;
  @Mixin private OpeningOptions opening;
  @Mixin private CreationOptions creation;

  @Option(
      names = "--temporary",
      paramLabel = "DIR",
      description = "Where to work; needs room for four times the tree (default: Java's).")
  private @Nullable String temporary;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      converter = HostArgument.class,
      description = "The directory to store (default: one found on this machine).")
  private HostArgument.@Nullable Location directory;

  /** What stands for something in the source that is known not to arrive. */
  private final Set<String> lost = new HashSet<>();

  @Override
  public Integer call() throws Exception {
    DedupOptions options = creation.addTo(opening.toDedupOptions());
    if (directory != null && !Files.isDirectory(directory.path())) {
      throw new NotDirectoryException(directory.path().toString());
    }
    DemoTree tree = directory == null ? DemoTree.find() : DemoTree.of(directory.path());
    Path stage = stage(tree);
    try (Report report = reporting.open(spec.commandLine())) {
      Integer result = run(report, tree, stage, options);
      report.say("");
      report.say(
          "removed "
              + ShownName.of(stage.toString())
              + "; "
              + ShownName.of(tree.root().toString())
              + " was only read");
      return result;
    } finally {
      delete(stage);
    }
  }

  private Path stage(DemoTree tree) throws IOException, CommandException {
    Path parent =
        temporary == null
            ? Path.of(System.getProperty("java.io.tmpdir"))
            : HostArgument.path(temporary);
    long needed = 4 * tree.bytes() + (256L << 20);
    long free = Files.getFileStore(parent).getUsableSpace();
    if (free < needed) {
      throw new CommandException(
          ExitCode.FAILED,
          parent
              + " has "
              + Quantities.bytes(free)
              + " free, "
              + Quantities.bytes(needed)
              + " are needed; name another place with --temporary, or a smaller DIR");
    }
    return Files.createTempDirectory(
        parent.toAbsolutePath(),
        "dedupfs-demo-",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private Integer run(Report report, DemoTree tree, Path stage, DedupOptions options)
      throws Exception {
    Side host = new HostSide(HostCalls.load());
    String root = HostSide.textOf(tree.root());
    report.say(
        String.format(
            "%s: %s, %s",
            ShownName.of(root),
            Quantities.count(tree.files(), "file", "files"),
            Quantities.bytes(tree.bytes())));
    Path directory = stage.resolve("store");
    StoreStatistics filled;
    try (DedupFileSystem store = DedupFileSystems.create(directory, options)) {
      Side inside = new StoreSide(store);
      StoreStatistics before = store.statistics();
      for (String name : NAMES) {
        Recorder recorder = new Recorder(report, "", "", lost);
        String timing = copy(host, inside, tree.root(), store.getPath("/", name), recorder, store);
        StoreStatistics after = store.statistics();
        report.say(
            String.format(
                "%-14s  %s, %s stored",
                name + " import",
                timing,
                Quantities.bytes(after.storedBytes() - before.storedBytes())));
        before = after;
      }
    }
    try (DedupFileSystem store = DedupFileSystems.open(directory, opening.toDedupOptions())) {
      filled = store.statistics();
      for (String name : NAMES) {
        Recorder recorder = new Recorder(report, "/" + name, root, lost);
        Path target = stage.resolve(name);
        String timing =
            copy(new StoreSide(store), host, store.getPath("/", name), target, recorder, null);
        report.say(String.format("%-14s  %s", name + " export", timing));
      }
    }
    boolean same = compare(report, tree, stage);
    same &= new DemoMount(report, tree, stage, opening.toDedupOptions()).show(options, lost);
    report.say("");
    report.say(StatsCommand.table(filled));
    ExitCode losses = report.sumUp();
    return (same ? losses : ExitCode.FAILED).number();
  }

  /** Copies and says how long it took, durably if into a store. */
  private String copy(
      Side from,
      Side to,
      Path source,
      Path target,
      Recorder recorder,
      @Nullable DedupFileSystem store)
      throws IOException {
    TransferTotals totals = new TransferTotals();
    TransferOptions options = TransferOptions.whole(opening.copiers());
    long start = System.nanoTime();
    try (TreeTransfer transfer = new TreeTransfer(from, to, options, recorder, totals);
        ProgressLine progress =
            ProgressLine.ofBytes(
                spec.commandLine().getErr(),
                totals,
                List.of(source),
                recorder.report.showsProgress())) {
      recorder.report.showing(progress);
      transfer.copy(source, target);
      if (store != null) {
        store.sync();
      }
    } finally {
      recorder.report.showing(null);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return String.format(
        "%8s  %12s", Quantities.seconds(took), Quantities.rate(totals.doneBytes(), took));
  }

  private boolean compare(Report report, DemoTree tree, Path stage) throws IOException {
    List<String> differences = new ArrayList<>();
    boolean owners = report.lost(Loss.OWNER) == 0;
    long start = System.nanoTime();
    long bytes = 0;
    for (String name : NAMES) {
      TreeComparison comparison = new TreeComparison(report, owners, lost);
      differences.addAll(comparison.compare(tree.root(), stage.resolve(name)));
      bytes += comparison.bytes();
    }
    for (String difference : differences) {
      report.warn(ShownName.of(difference));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    report.say(
        differences.isEmpty()
            ? "compared        "
                + Quantities.bytes(bytes)
                + " in "
                + Quantities.seconds(took)
                + ": content, modes, times and links are equal"
            : "compared        NOT EQUAL, see above");
    return differences.isEmpty();
  }

  /**
   * Passes everything on and remembers which paths of the tree were lost; those of a store are
   * below {@code inStore}.
   */
  private record Recorder(Report report, String inStore, String inTree, Set<String> lost)
      implements TransferListener {
    @Override
    public void copied(String path) {
      report.copied(path);
    }

    @Override
    public void lost(String path, Loss loss, String why) {
      if (loss.isWholeEntry()) {
        synchronized (lost) {
          lost.add(inTree + path.substring(inStore.length()));
        }
      }
      report.lost(path, loss, why);
    }

    @Override
    public void leftOut(String path, String why) {
      report.leftOut(path, why);
    }

    @Override
    public boolean stopRequested() {
      return report.stopRequested();
    }
  }

  /** Removes a tree whose directories may be unwritable; never follows links. */
  static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          delete(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
