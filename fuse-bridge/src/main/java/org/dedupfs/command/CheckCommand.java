package org.dedupfs.command;

import java.util.concurrent.Callable;
import org.dedupfs.CheckSummary;
import org.dedupfs.DedupFileSystem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dedupfs check}: whether all of a store fits together. */
@Command(
    name = "check",
    header = "Check that all of a store fits together.",
    description = {
      "Compares names, attributes and what files consist of with each other and with what is known"
          + " of blocks, and names what is wrong. Changes nothing. The blocks themselves are read by"
          + " dedupfs scrub. Exit code 4 says that something is wrong."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs check /srv/store",
      "  dedupfs check /srv/store && dedupfs scrub /srv/store",
      "  dedupfs check --json /srv/store | jq -r 'select(.finding) | .path'"
    })
final class CheckCommand implements Callable<Integer> {
  @Mixin private StoreVerb verb;

  @Option(
      names = "--json",
      description = "One JSON object for each finding and name, the last one sums up.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    return FindingReport.stoppable(this::check, "interrupted; nothing was changed");
  }

  private int check() throws Exception {
    try (Report report = verb.report();
        DedupFileSystem open = verb.openReadOnly();
        FindingReport findings = verb.findings(report, json)) {
      CheckSummary seen = open.check(findings);
      boolean sound = seen.findings() == 0;
      findings.sumUp(
          sound,
          (sound
                  ? "all is well: "
                  : Quantities.count(seen.findings(), "finding", "findings") + " in ")
              + Quantities.count(seen.inodes(), "file or directory", "files and directories")
              + " and "
              + Quantities.count(seen.blocks(), "block", "blocks"),
          new Json()
              .add("findings", seen.findings())
              .add("inodes", seen.inodes())
              .add("names", seen.names())
              .add("extents", seen.extents())
              .add("blocks", seen.blocks()));
      return (sound ? ExitCode.DONE : ExitCode.DAMAGED).number();
    }
  }
}
