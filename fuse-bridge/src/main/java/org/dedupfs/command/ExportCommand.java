package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.host.Directories;
import org.dedupfs.host.HostCalls;
import org.dedupfs.host.HostPath;
import org.dedupfs.transfer.EntryAttributes;
import org.dedupfs.transfer.HostSide;
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

/** {@code dedupfs export}: copies files of a store to the host. */
@Command(
    name = "export",
    header = "Copy files of a store to the host.",
    description = {
      "DEST becomes what PATH is, with modes, owners, times, links, holes and extended attributes."
          + " It must not exist, or be an empty directory, unless --merge is given. Links in it are"
          + " never followed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs export /srv/store /home/me /tmp/restored",
      "  dedupfs export --merge /srv/store /home/me /tmp/restored   # resumes that"
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ReportOptions reporting;
  @Mixin private OpeningOptions opening;

  @Option(
      names = "--merge",
      description =
          "DEST may have other files in it: those of the same size and time are left as they are,"
              + " others of the same names replaced, nothing is deleted.")
  private boolean merge;

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Parameters(index = "1", paramLabel = "PATH", description = "What to copy; / is everything.")
  private String path;

  @Parameters(
      index = "2",
      paramLabel = "DEST",
      converter = HostArgument.class,
      description = "What to make of it.")
  private HostArgument.Location destination;

  @Override
  public Integer call() throws Exception {
    try (Report report = reporting.open(spec.commandLine());
        DedupFileSystem open = store.openReadOnly(opening.toDedupOptions())) {
      Path source = store.resolve(open, path);
      Path target = target(open, source);
      TransferTotals totals = new TransferTotals();
      long start = System.nanoTime();
      Side host = new HostSide(HostCalls.load());
      TransferOptions options =
          TransferOptions.outOf(MountedStores.placesOf(open), opening.copiers());
      try (TreeTransfer transfer =
              new TreeTransfer(new StoreSide(open), host, options, report, totals);
          ProgressLine progress =
              ProgressLine.ofBytes(
                  spec.commandLine().getErr(), totals, List.of(source), report.showsProgress())) {
        report.showing(progress);
        transfer.copy(source, target);
      } catch (TransferStoppedException e) {
        throw new CommandException(
            ExitCode.INTERRUPTED, "interrupted; the same command with --merge does the rest");
      } finally {
        report.showing(null);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      report.say(TransferSummary.of("exported", totals, took));
      return report.sumUp().number();
    }
  }

  /** DEST, checked. */
  private Path target(DedupFileSystem open, Path source) throws IOException, CommandException {
    boolean directory = EntryAttributes.read(source).isDirectory();
    Path target = HostPath.absolute(destination.path());
    if (Files.isDirectory(target)) {
      // A link that the user names is meant; those below it are not followed.
      target = target.toRealPath();
      if (!directory) {
        throw refused(target, "is a directory; name the file to make");
      }
      if (!merge && !Directories.isEmpty(target)) {
        throw refused(target, "is not empty; --merge adds to it");
      }
    } else if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && (directory || !merge)) {
      throw refused(target, directory ? "is no directory" : "exists; --merge replaces it");
    } else {
      Path parent = target.getParent();
      if (parent == null || !Files.isDirectory(parent)) {
        throw new NoSuchFileException(String.valueOf(parent));
      }
      target = parent.toRealPath().resolve(target.getFileName());
    }
    for (Path own : open.hostDirectories()) {
      if (target.startsWith(own)) {
        throw refused(target, "is inside the store's own directory " + shown(own));
      }
      if (own.startsWith(target) && reaches(source, target.relativize(own))) {
        throw refused(
            target,
            "holds the store's own directory " + shown(own) + ", where " + path + " has files too");
      }
    }
    return target;
  }

  /** Whether an export of {@code source} would write to {@code place} below its target. */
  private static boolean reaches(Path source, Path place) {
    Path inside = source;
    for (Path name : place) {
      if (!Files.isDirectory(inside, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      inside = inside.resolve(HostSide.textOf(name));
    }
    return Files.exists(inside, LinkOption.NOFOLLOW_LINKS);
  }

  private static String shown(Path host) {
    return ShownName.of(HostSide.textOf(host));
  }

  private static CommandException refused(Path target, String why) {
    return new CommandException(ExitCode.FAILED, shown(target) + " " + why);
  }
}
