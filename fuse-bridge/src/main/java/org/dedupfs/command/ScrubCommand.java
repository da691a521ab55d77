package org.dedupfs.command;

import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupOptions;
import org.dedupfs.ScrubOptions;
import org.dedupfs.ScrubSummary;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dedupfs scrub}: whether all data can be read. */
@Command(
    name = "scrub",
    header = "Read and verify all data of a store.",
    description = {
      "Reads each block and compares it with its hash, and names every range of every file that"
          + " cannot be read as it was written. Storing the same data again, under any name, heals"
          + " it. A scrub that is interrupted goes on with the next one. Exit code 4 says that"
          + " something cannot be read."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs scrub /srv/store",
      "  dedupfs scrub --rate 50M /mnt",
      "  dedupfs scrub --json /srv/store | jq -r 'select(.finding) | .path' | sort -u"
    })
final class ScrubCommand implements Callable<Integer> {
  @Mixin private StoreVerb verb;

  @Option(
      names = "--json",
      description = "One JSON object for each finding and name, the last one sums up.")
  private boolean json;

  @Option(
      names = "--rate",
      paramLabel = "SIZE",
      description = "Read at most SIZE each second, for example 50M.")
  private @Nullable String rate;

  @Option(
      names = "--restart",
      description = "Begin with the first block, even if a scrub was interrupted.")
  private boolean restart;

  @Override
  public Integer call() throws Exception {
    return FindingReport.stoppable(
        this::scrub, "interrupted; the same command goes on where this one was");
  }

  private int scrub() throws Exception {
    DedupOptions options = verb.options();
    ScrubOptions how =
        ScrubOptions.DEFAULT
            .withThreads(Math.max(1, verb.opening().threads()))
            .withBytesPerSecond(rate == null ? 0 : Quantities.parseBytes(rate))
            .withRestart(restart);
    try (Report report = verb.report();
        DedupFileSystem open = verb.store().open(options);
        FindingReport findings = verb.findings(report, json)) {
      ScrubSummary seen = open.scrub(how, findings);
      findings.sumUp(
          !findings.any(),
          sentence(seen),
          new Json()
              .add("blocks", seen.blocks())
              .add("storedBytes", seen.storedBytes())
              .add("damagedBlocks", seen.damagedBlocks())
              .add("damagedFiles", seen.damagedFiles())
              .add("resumed", seen.resumed()));
      return (findings.any() ? ExitCode.DAMAGED : ExitCode.DONE).number();
    }
  }

  private static String sentence(ScrubSummary seen) {
    String read =
        Quantities.count(seen.blocks(), "block", "blocks")
            + ", "
            + Quantities.bytes(seen.storedBytes())
            + (seen.resumed() ? ", those before the interruption included" : "");
    return seen.damagedBlocks() == 0 && seen.damagedFiles() == 0
        ? "all is well: " + read
        : Quantities.count(seen.damagedBlocks(), "damaged block", "damaged blocks")
            + " and "
            + Quantities.count(seen.damagedFiles(), "damaged file", "damaged files")
            + " in "
            + read;
  }
}
