package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.host.HostCalls;
import org.dedupfs.transfer.HostSide;
import org.dedupfs.transfer.Side;
import org.dedupfs.transfer.StoreSide;
import org.dedupfs.transfer.TransferOptions;
import org.dedupfs.transfer.TransferStoppedException;
import org.dedupfs.transfer.TransferTotals;
import org.dedupfs.transfer.TreeTransfer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs import}: copies files of the host into a store. */
@Command(
    name = "import",
    header = "Copy files of the host into a store.",
    description = {
      "Each SRC arrives under its last name; of SRC/, with a slash, the contents arrive. Modes,"
          + " owners, times, links, holes and extended attributes are kept.",
      "",
      "Files of the same size and modification time are left as they are, so repeating an import"
          + " resumes it; others are replaced in one step each; nothing is deleted."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs import /srv/store /home                        # becomes /home",
      "  dedupfs import /srv/store /home/ --into /2026-11-22    # becomes /2026-11-22",
      "  dedupfs import /srv/store disk.img notes.txt --into /misc"
    })
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ReportOptions reporting;
  @Mixin private OpeningOptions opening;

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = "The directory of the store to put it into, made if missing (default: /).")
  private @Nullable String into;

  @Option(
      names = {"-x", "--one-file-system"},
      description = "Leave out what is mounted below SRC.")
  private boolean oneFileSystem;

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "SRC",
      converter = HostArgument.class,
      description = "What to copy.")
  private List<HostArgument.Location> sources;

  @Override
  public Integer call() throws Exception {
    for (HostArgument.Location source : sources) {
      if (!Files.exists(source.path(), LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(HostSide.textOf(source.path()));
      }
    }
    try (Report report = reporting.open(spec.commandLine());
        DedupFileSystem open = store.open(opening.toDedupOptions())) {
      TransferTotals totals = new TransferTotals();
      long start = System.nanoTime();
      Map<Path, Path> targets =
          targets(into == null ? store.start(open) : store.resolve(open, into));
      try (TreeTransfer transfer = transfer(open, report, totals);
          ProgressLine progress = progress(report, totals, targets)) {
        report.showing(progress);
        for (Map.Entry<Path, Path> each : targets.entrySet()) {
          transfer.copy(each.getKey(), each.getValue());
        }
        open.sync();
      } catch (TransferStoppedException e) {
        throw new CommandException(
            ExitCode.INTERRUPTED,
            "interrupted; what was imported is whole, and the same command does the rest");
      } finally {
        report.showing(null);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      report.say(TransferSummary.of("imported", totals, took));
      return report.sumUp().number();
    }
  }

  private TreeTransfer transfer(DedupFileSystem open, Report report, TransferTotals totals)
      throws IOException {
    TransferOptions options =
        TransferOptions.into(MountedStores.placesOf(open), opening.copiers(), oneFileSystem);
    Side host = new HostSide(HostCalls.load());
    return new TreeTransfer(host, new StoreSide(open), options, report, totals);
  }

  private ProgressLine progress(Report report, TransferTotals totals, Map<Path, Path> targets) {
    return ProgressLine.ofBytes(
        spec.commandLine().getErr(), totals, targets.keySet(), report.showsProgress());
  }

  /** Where each source goes. */
  private Map<Path, Path> targets(Path directory) throws IOException, CommandException {
    Map<Path, Path> targets = new LinkedHashMap<>();
    Map<Path, Path> taken = new LinkedHashMap<>();
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
    for (HostArgument.Location source : sources) {
      Path path = source.path();
      Path target = directory;
      if (source.contents() && Files.isDirectory(path)) {
        path = path.toRealPath();
      } else {
        Path name = path.getFileName();
        target = name == null ? directory : directory.resolve(HostSide.textOf(name));
        Path other = taken.put(target, path);
        if (other != null) {
          throw new CommandException(
              ExitCode.USAGE,
              other + " and " + path + " have the same last name; import them one by one, --into");
        }
      }
      targets.put(path, target);
    }
    return targets;
  }
}
