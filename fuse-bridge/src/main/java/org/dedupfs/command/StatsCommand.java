package org.dedupfs.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.StoreStatistics;
import org.dedupfs.control.RemoteFileSystem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs stats}: what a store holds and what it costs. */
@Command(
    name = "stats",
    header = "Show what a store holds and what it costs.",
    footerHeading = "%nExamples:%n",
    footer = {"  dedupfs stats /srv/store", "  dedupfs stats --json /srv/store | jq .spaceRatio"})
final class StatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OpeningOptions opening;

  @Option(names = "--json", description = "One JSON object, sizes in bytes.")
  private boolean json;

  @Parameters(
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Override
  public Integer call() throws Exception {
    StoreStatistics statistics;
    try (DedupFileSystem open = store.openReadOnly(opening.toDedupOptions())) {
      if (open instanceof RemoteFileSystem) {
        // What is being written counts as stored before it counts as logical: show it whole.
        open.sync();
      }
      statistics = open.statistics();
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(statistics) : table(statistics));
    return ExitCode.DONE.number();
  }

  static String json(StoreStatistics s) {
    return new Json()
        .add("files", s.files())
        .add("directories", s.directories())
        .add("logicalBytes", s.logicalBytes())
        .add("uniqueBytes", s.uniqueBytes())
        .add("storedBytes", s.storedBytes())
        .add("diskBytes", s.diskBytes())
        .add("deadBytes", s.deadBytes())
        .add("metadataBytes", s.metadataBytes())
        .add("blocks", s.blocks())
        .add("dedupRatio", s.dedupRatio())
        .add("compressionRatio", s.compressionRatio())
        .add("spaceRatio", s.spaceRatio())
        .toString();
  }

  /** Without a line end. */
  static String table(StoreStatistics s) {
    return String.join(
        System.lineSeparator(),
        row("files", Quantities.count(s.files()), ""),
        row("directories", Quantities.count(s.directories()), ""),
        row("logical", Quantities.bytes(s.logicalBytes()), "file sizes without holes"),
        row(
            "unique",
            Quantities.bytes(s.uniqueBytes()),
            "in "
                + Quantities.count(s.blocks(), "distinct block", "distinct blocks")
                + "; deduplication "
                + Quantities.ratio(s.dedupRatio())
                + " : 1"),
        row(
            "stored",
            Quantities.bytes(s.storedBytes()),
            "compression " + Quantities.ratio(s.compressionRatio()) + " : 1"),
        row(
            "on disk",
            Quantities.bytes(s.diskBytes()),
            "metadata "
                + Quantities.bytes(s.metadataBytes())
                + "; logical to disk "
                + Quantities.ratio(s.spaceRatio())
                + " : 1"),
        row("dead", Quantities.bytes(s.deadBytes()), "freed by dedupfs gc"));
  }

  private static String row(String name, String value, String remark) {
    return String.format("%-12s %12s  %s", name, value, remark).stripTrailing();
  }
}
