package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.transfer.Survey;
import org.dedupfs.transfer.TransferStoppedException;
import org.dedupfs.transfer.TreeRemoval;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs rm}: removes files and directories from a store. */
@Command(
    name = "rm",
    header = "Remove files from a store.",
    description = {
      "The space comes back with dedupfs gc. On a terminal -r asks first, unless --yes is given."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs rm /srv/store /notes.txt",
      "  dedupfs rm -r /srv/store /2024-01-01 /2024-01-02",
      "  dedupfs rm -r --yes /srv/store /2024-01-03 && dedupfs gc /srv/store"
    })
final class RmCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ReportOptions reporting;
  @Mixin private OpeningOptions opening;

  @Option(
      names = {"-r", "-R", "--recursive"},
      description = "Directories too, with all that is in them.")
  private boolean recursive;

  @Option(
      names = {"-f", "--force"},
      description = "What does not exist is no error.")
  private boolean force;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = "What to remove; of a link the link itself.")
  private List<String> paths;

  @Override
  public Integer call() throws Exception {
    try (Report report = reporting.open(spec.commandLine());
        DedupFileSystem open = store.open(opening.toDedupOptions())) {
      List<Path> wanted = wanted(open);
      if (recursive && !yes && Terminal.canAnswer() && !wanted.isEmpty() && !isConfirmed(wanted)) {
        report.warn("nothing was removed");
        return ExitCode.FAILED.number();
      }
      TreeRemoval removal = new TreeRemoval(report);
      boolean show = report.showsProgress();
      try (TerminalLine progress =
          ProgressLine.ofRemoval(
              spec.commandLine().getErr(), removal::files, show ? files(wanted) : 0, show)) {
        report.showing(progress);
        for (Path each : wanted) {
          removal.remove(each);
        }
      } catch (TransferStoppedException e) {
        throw new CommandException(
            ExitCode.INTERRUPTED,
            "interrupted; " + summary(removal) + ", and the same command does the rest");
      } finally {
        report.showing(null);
      }
      open.sync();
      report.note(summary(removal));
    }
    return ExitCode.DONE.number();
  }

  /** All of them, looked at before any is removed. */
  private List<Path> wanted(DedupFileSystem open) throws IOException, CommandException {
    List<Path> wanted = new ArrayList<>();
    for (String each : paths) {
      Path path = store.resolve(open, each);
      if (path.getNameCount() == 0) {
        throw new CommandException(
            ExitCode.FAILED, "the root of a store cannot be removed; name what is in it");
      }
      if (force && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      Files.readAttributes(path, "size", LinkOption.NOFOLLOW_LINKS);
      if (!recursive && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new CommandException(
            ExitCode.FAILED, ShownName.of(path.toString()) + " is a directory; -r removes it");
      }
      wanted.add(path);
    }
    return wanted;
  }

  private static long files(List<Path> wanted) {
    return surveyed(wanted).files();
  }

  private static Survey surveyed(List<Path> wanted) {
    Survey survey = new Survey(Long.MAX_VALUE, Interruption::requested);
    survey.run(wanted);
    return survey;
  }

  private boolean isConfirmed(List<Path> wanted) throws Exception {
    Survey survey = surveyed(wanted);
    String what =
        wanted.size() == 1
            ? ShownName.of(wanted.get(0).toString())
            : Quantities.count(wanted.size()) + " paths";
    String question =
        String.format(
            "Remove %s: %s, %s?",
            what,
            Quantities.count(survey.files(), "file", "files"),
            Quantities.bytes(survey.bytes()));
    return Terminal.confirms(spec.commandLine().getErr(), question);
  }

  private static String summary(TreeRemoval removal) {
    return "removed "
        + Quantities.count(removal.files(), "file", "files")
        + " and "
        + Quantities.count(removal.directories(), "directory", "directories");
  }
}
