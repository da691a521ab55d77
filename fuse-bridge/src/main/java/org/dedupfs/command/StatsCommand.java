package org.dedupfs.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.StoreActivity;
import org.dedupfs.StoreFigure;
import org.dedupfs.StoreStatistics;
import org.dedupfs.control.RemoteFileSystem;
import org.jspecify.annotations.Nullable;
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
    description = "Of a mounted store also what was done since it was mounted.",
    footer = {
      "  dedupfs stats /srv/store",
      "  dedupfs stats --json /srv/store | jq .spaceRatio",
      "  dedupfs stats --json /mnt | jq .activity.bytesWritten"
    })
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
    @Nullable StoreActivity activity = null;
    try (DedupFileSystem open = store.openReadOnly(opening.toDedupOptions())) {
      if (open instanceof RemoteFileSystem) {
        // What is being written counts as stored before it counts as logical: show it whole.
        open.sync();
        activity = open.activity();
      }
      statistics = open.statistics();
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(statistics, activity) : table(statistics, activity));
    return ExitCode.DONE.number();
  }

  static String json(StoreStatistics s) {
    return holding(s).toString();
  }

  /**
   * For scripts.
   *
   * @param activity null where nothing was done, because the store was opened just now
   */
  private static String json(StoreStatistics s, @Nullable StoreActivity activity) {
    Json json = holding(s);
    if (activity != null) {
      Json done = new Json();
      activity.values().forEach((figure, value) -> done.add(figure.key(), value));
      json.add("activity", done);
    }
    return json.toString();
  }

  private static Json holding(StoreStatistics s) {
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
        .add("spaceRatio", s.spaceRatio());
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

  private static String table(StoreStatistics s, @Nullable StoreActivity activity) {
    return activity == null
        ? table(s)
        : String.join(System.lineSeparator(), table(s), "", "since it was mounted", done(activity));
  }

  /** Without a line end. */
  private static String done(StoreActivity a) {
    return String.join(
        System.lineSeparator(),
        row(
            "read",
            Quantities.bytes(a.get(StoreFigure.BYTES_READ)),
            "blocks in memory "
                + percent(a, StoreFigure.BLOCK_CACHE_HITS, StoreFigure.BLOCK_CACHE_MISSES)
                + ", extents "
                + percent(a, StoreFigure.EXTENT_CACHE_HITS, StoreFigure.EXTENT_CACHE_MISSES)
                + ", attributes "
                + percent(a, StoreFigure.ROW_CACHE_HITS, StoreFigure.ROW_CACHE_MISSES)),
        row(
            "written",
            Quantities.bytes(a.get(StoreFigure.BYTES_WRITTEN)),
            Quantities.count(a.get(StoreFigure.BLOCKS_PUT), "new block", "new blocks")
                + ", "
                + Quantities.count(a.get(StoreFigure.BLOCKS_FOUND), "duplicate", "duplicates")),
        timed("commits", a, StoreFigure.COMMITS, StoreFigure.COMMIT_NANOS),
        timed("flushes", a, StoreFigure.FLUSHES, StoreFigure.FLUSH_NANOS),
        row(
            "swept",
            Quantities.bytes(a.get(StoreFigure.SWEPT_BYTES)),
            "by " + Quantities.count(a.get(StoreFigure.SWEEPS), "sweep", "sweeps")),
        row("open files", Quantities.count(a.get(StoreFigure.OPEN_FILES)), ""),
        row(
            "damaged",
            Quantities.count(a.get(StoreFigure.DAMAGED_BLOCKS)),
            a.get(StoreFigure.DAMAGED_BLOCKS) == 0
                ? "blocks known to be"
                : "blocks; dedupfs scrub names the files"));
  }

  private static String percent(StoreActivity a, StoreFigure hits, StoreFigure misses) {
    return Quantities.percent(a.hitRatio(hits, misses));
  }

  private static String timed(String name, StoreActivity a, StoreFigure count, StoreFigure nanos) {
    Duration took = Duration.ofNanos(a.get(nanos));
    return row(name, Quantities.count(a.get(count)), "in " + Quantities.seconds(took));
  }

  private static String row(String name, String value, String remark) {
    return String.format("%-12s %12s  %s", name, value, remark).stripTrailing();
  }
}
