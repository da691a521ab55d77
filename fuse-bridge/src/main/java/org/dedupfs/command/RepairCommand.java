package org.dedupfs.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.RepairSummary;
import org.dedupfs.StoreInUseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs repair}: puts in order what dedupfs check finds. */
@Command(
    name = "repair",
    header = "Put a damaged store in order.",
    description = {
      "Saves what is sound of damaged metadata, makes the index of the blocks anew, gives names in"
          + " /lost+found to files that have lost theirs, and corrects wrong counts. Data is never"
          + " invented: bytes that are lost read as an error from then on. Damaged files of the store"
          + " that are replaced stay beside the new ones, and so does a copy of the metadata as it was"
          + " before the repair. Nobody may use the store meanwhile. On a"
          + " terminal it asks first, unless --yes is given. Exit code 4 says that something is left"
          + " that cannot be repaired."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs repair /srv/store",
      "  dedupfs umount /mnt && dedupfs repair --yes /srv/store",
      "  dedupfs repair --yes --json /srv/store > repair.log"
    })
final class RepairCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ReportOptions reporting;
  @Mixin private OpeningOptions opening;

  @Option(
      names = "--json",
      description = "One JSON object for each thing done or left, the last one sums up.")
  private boolean json;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Parameters(
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = "The store: its directory or a dedup: URI.")
  private StoreArgument store;

  @Override
  public Integer call() throws Exception {
    return FindingReport.stoppable(
        this::repair, "interrupted; what was done stays, and the same command does the rest");
  }

  private int repair() throws Exception {
    Path directory = store.nameable();
    try (Report report = reporting.open(spec.commandLine())) {
      if (!yes && Terminal.canAnswer() && !isConfirmed(directory)) {
        report.warn("nothing was repaired");
        return ExitCode.FAILED.number();
      }
      try (FindingReport findings =
          new FindingReport(
              report, spec.commandLine().getOut(), spec.commandLine().getErr(), json)) {
        RepairSummary done = DedupFileSystems.repair(directory, opening.toDedupOptions(), findings);
        findings.sumUp(done.left() == 0, sentence(done), summary(done));
        return (done.left() == 0 ? ExitCode.DONE : ExitCode.DAMAGED).number();
      } catch (StoreInUseException e) {
        throw new CommandException(
            ExitCode.IN_USE,
            "a repair needs the store for itself, unmount it first: " + e.getMessage());
      }
    }
  }

  private boolean isConfirmed(Path directory) throws Exception {
    return Terminal.confirms(
        spec.commandLine().getErr(), "Repair " + ShownName.of(directory.toString()) + "?");
  }

  private static Json summary(RepairSummary done) {
    Json summary = new Json().add("repaired", done.repaired()).add("left", done.left());
    Path copy = done.metadataCopy();
    return copy == null ? summary : summary.add("metadataCopy", copy.toString());
  }

  private static String sentence(RepairSummary done) {
    String repaired =
        done.repaired() == 0
            ? "nothing was to be repaired"
            : Quantities.count(done.repaired(), "thing", "things")
                + " put in order; the metadata as it was before is kept as "
                + ShownName.of(String.valueOf(done.metadataCopy()));
    return done.left() == 0
        ? repaired
        : repaired
            + "; "
            + Quantities.count(done.left(), "finding", "findings")
            + " left, named above: what is lost has to come from another copy, or be written again";
  }
}
