package org.dedupfs.command;

import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.SweepSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dedupfs gc}: frees what no file uses any more. */
@Command(
    name = "gc",
    header = "Free the space of what is no longer used.",
    description = {
      "Deletes the blocks that no file uses any more. After a repair nothing is deleted until what it"
          + " has kept of the metadata (metadata.sqlite.before-repair-N) is deleted or moved away: that"
          + " copy may be all that still needs some of them."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs gc /srv/store",
      "  dedupfs gc --dry-run /srv/store",
      "  dedupfs gc --json /mnt | jq .storedBytesDeleted"
    })
final class GcCommand implements Callable<Integer> {
  @Mixin private StoreVerb verb;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Only say how much would go.")
  private boolean dryRun;

  @Option(names = "--json", description = "One JSON object, sizes in bytes.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    return FindingReport.stoppable(
        this::sweep, "interrupted; nothing is lost, and the same command does the rest");
  }

  private int sweep() throws Exception {
    try (Report report = verb.report();
        DedupFileSystem open = verb.open();
        FindingReport progress = verb.findings(report, json)) {
      SweepSummary swept = open.sweep(dryRun, progress);
      String sentence =
          (dryRun ? "would delete " : "deleted ")
              + Quantities.count(swept.blocksDeleted(), "block", "blocks")
              + ", "
              + Quantities.bytes(swept.storedBytesDeleted());
      if (json) {
        progress.sumUp(
            true,
            sentence,
            new Json()
                .add("dryRun", dryRun)
                .add("blocksDeleted", swept.blocksDeleted())
                .add("storedBytesDeleted", swept.storedBytesDeleted()));
      } else {
        report.say(sentence);
      }
    }
    return ExitCode.DONE.number();
  }
}
