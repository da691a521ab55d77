package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.host.Directories;
import org.dedupfs.transfer.EntryAttributes;
import org.dedupfs.transfer.Side;
import org.dedupfs.transfer.StoreSide;
import org.dedupfs.transfer.TransferOptions;
import org.dedupfs.transfer.TransferStoppedException;
import org.dedupfs.transfer.TransferTotals;
import org.dedupfs.transfer.TreeTransfer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs cp}: clones files and directories inside a store. */
@Command(
    name = "cp",
    header = "Copy files inside a store; no data moves.",
    description = {
      "A copy has all attributes, and costs metadata only, however large it is. If DEST is a"
          + " directory, copies go into it under their last names; else SRC becomes DEST."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs cp /srv/store /disk.img /disk-before-upgrade.img",
      "  dedupfs cp -r /srv/store /home /snapshots/2026-11-22"
    })
final class CpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ReportOptions reporting;
  @Mixin private OpeningOptions opening;

  @Option(
      names = {"-r", "-R", "--recursive"},
      description = "Directories too, with all that is in them.")
  private boolean recursive;

  @Option(
      names = "--merge",
      description =
          "What is to be made may be there already: files are replaced, one step each, directories"
              + " added to; nothing is deleted.")
  private boolean merge;

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Parameters(
      index = "1..*",
      arity = "2..*",
      hideParamSyntax = true,
      paramLabel = "SRC... DEST",
      description = "What, and where to.")
  private List<String> paths;

  @Override
  public Integer call() throws Exception {
    try (Report report = reporting.open(spec.commandLine());
        DedupFileSystem open = store.open(opening.toDedupOptions())) {
      Map<Path, Path> targets = Targets.of(store, open, paths);
      for (Map.Entry<Path, Path> each : targets.entrySet()) {
        refuse(each.getKey(), each.getValue());
      }
      TransferTotals totals = new TransferTotals();
      long start = System.nanoTime();
      Side side = new StoreSide(open);
      TransferOptions options = TransferOptions.cloning(opening.copiers(), merge);
      try (TreeTransfer transfer = new TreeTransfer(side, side, options, report, totals);
          ProgressLine progress =
              ProgressLine.ofFiles(
                  spec.commandLine().getErr(),
                  totals::files,
                  targets.keySet(),
                  report.showsProgress())) {
        report.showing(progress);
        for (Map.Entry<Path, Path> each : targets.entrySet()) {
          transfer.copy(each.getKey(), each.getValue());
        }
        open.sync();
      } catch (TransferStoppedException e) {
        throw new CommandException(
            ExitCode.INTERRUPTED, "interrupted; the same command with --merge does the rest");
      } finally {
        report.showing(null);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      report.note(TransferSummary.ofClones(totals, took));
      return report.sumUp().number();
    }
  }

  /** Without links on the way, which could lead into the source; the last name stays. */
  private static Path real(Path path) throws IOException {
    Path parent = path.getParent();
    return parent == null ? path : parent.toRealPath().resolve(path.getFileName());
  }

  private void refuse(Path source, Path target) throws IOException, CommandException {
    EntryAttributes found = EntryAttributes.read(source);
    String shownSource = ShownName.of(source.toString());
    String shownTarget = ShownName.of(target.toString());
    if (found.isDirectory() && !recursive) {
      throw failed(shownSource + " is a directory; -r copies it");
    }
    if (real(target).startsWith(real(source))) {
      throw failed(
          shownSource + " cannot be copied " + (target.equals(source) ? "to" : "into") + " itself");
    }
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean directory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
    if (directory != found.isDirectory()) {
      throw failed(shownTarget + (directory ? " is a directory" : " is no directory"));
    }
    if (!merge && !(directory && Directories.isEmpty(target))) {
      throw failed(
          shownTarget + " exists; --merge " + (directory ? "adds to" : "replaces") + " it");
    }
  }

  private static CommandException failed(String why) {
    return new CommandException(ExitCode.FAILED, why);
  }
}
