package org.dedupfs.command;

import java.io.InterruptedIOException;
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
      "Deletes the blocks that no file uses any more. After a repair nothing is deleted until the"
          + " copy of the metadata that it has kept, metadata.sqlite.before-repair-N, is deleted or"
          + " moved away: that copy may be all that still needs some of them."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  dedupfs gc /srv/store", "  dedupfs gc --dry-run /srv/store"})
final class GcCommand implements Callable<Integer> {
  @Mixin private StoreVerb verb;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Only say how much would go.")
  private boolean dryRun;

  @Override
  public Integer call() throws Exception {
    try (Report report = verb.report();
        DedupFileSystem open = verb.open()) {
      // A sweep can be long, and may end at any time.
      Thread sweeper = Thread.currentThread();
      Interruption.endsBy(sweeper::interrupt);
      SweepSummary swept = open.sweep(dryRun);
      report.say(
          (dryRun ? "would delete " : "deleted ")
              + Quantities.count(swept.blocksDeleted(), "block", "blocks")
              + ", "
              + Quantities.bytes(swept.storedBytesDeleted()));
    } catch (InterruptedIOException e) {
      throw new CommandException(
          ExitCode.INTERRUPTED, "interrupted; nothing is lost, and the same command does the rest");
    } finally {
      Interruption.endsBy(() -> {});
    }
    return ExitCode.DONE.number();
  }
}
