package org.dedupfs.maintenance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.dedupfs.CheckSummary;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.blocks.BlockFinding;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.jspecify.annotations.Nullable;

/**
 * Checks what is committed, as of one moment: metadata against itself and against what is known of
 * blocks. Blocks are not read; see {@link Scrub}. Nothing may be swept meanwhile, anything else may
 * go on. Memory does not grow with the store, but for one bit per inode and known damage.
 */
public final class Check {
  /** Left out before numbers are given away again, for those that were and cannot be seen. */
  private static final long SPARE_NUMBERS = 1 << 17;

  private static final long ROOT_ALONE = InodeNumber.ROOT.value();

  private final MetadataStore metadata;
  private final BlockStore blocks;
  private final NameCookies cookies;

  public Check(MetadataStore metadata, BlockStore blocks, NameCookies cookies) {
    this.metadata = metadata;
    this.blocks = blocks;
    this.cookies = cookies;
  }

  /**
   * Checks.
   *
   * @throws java.io.InterruptedIOException if the thread was interrupted (it still is) or the
   *     listener stopped the check
   * @throws IOException also if others write too much meanwhile, over and over
   */
  public CheckSummary run(MaintenanceListener listener) throws IOException {
    long assigned = blocks.lastAssigned(); // before any moment that is looked at
    return RepeatedReading.run(
        metadata,
        listener,
        (snapshot, told) -> {
          NamedFindings findings = new NamedFindings(snapshot, told);
          CheckSummary seen = run(snapshot, assigned, findings, new Pace(told));
          findings.flush();
          return new CheckSummary(
              findings.count(), seen.inodes(), seen.names(), seen.extents(), seen.blocks());
        });
  }

  /**
   * Checks a moment.
   *
   * @param assigned the highest block id that was assigned before it
   */
  CheckSummary run(MetadataSnapshot snapshot, long assigned, FindingSink sink, Pace pace)
      throws IOException {
    checkBlocks(sink, pace);
    pace.tell(Phase.FILES, 0, 0);
    Damages damages = new Damages();
    snapshot.checkStructure(damages);
    CheckSummary seen = new CheckSummary(0, 0, 0, 0, blocks.statistics().blocks());
    if (!damages.structural) {
      seen = checkRows(snapshot, assigned, sink, damages, pace);
    }
    damages.tell(sink);
    return seen;
  }

  /**
   * Collects what is told in the middle of reading; the rest of an unreadable table is told too.
   */
  private static final class Damages implements MetadataSnapshot.Damage {
    private static final int MOST = 10_000;

    private final List<Finding> found = new ArrayList<>();
    private long others;
    private boolean structural;

    @Override
    public void found(@Nullable Table<?> table, String what) {
      structural |= table == null;
      if (found.size() < MOST) {
        found.add(Finding.of(table == null ? Kind.METADATA_STRUCTURE : Kind.METADATA_ROW, what));
      } else {
        others++;
      }
    }

    void tell(FindingSink sink) throws IOException {
      for (Finding finding : found) {
        sink.found(finding);
      }
      if (others > 0) {
        sink.found(Finding.of(Kind.METADATA_ROW, others + " more rows are damaged"));
      }
    }
  }

  private CheckSummary checkRows(
      MetadataSnapshot snapshot, long assigned, FindingSink sink, Damages damages, Pace pace)
      throws IOException {
    long expected =
        number(snapshot, Counter.FILES.key()) + number(snapshot, Counter.DIRECTORIES.key());
    ContentPass content = new ContentPass(new ExtentBlocks(blocks), sink);
    try (InodePass inodes =
        new InodePass(snapshot, cookies, content, sink, damages, pace, expected)) {
      InodePass.Tally tally = inodes.run();
      if (!tally.root) {
        sink.found(Finding.of(Kind.NO_ROOT, "there is no root directory"));
      }
      new NamePass(snapshot, sink, pace, NamePass.WINDOW_INODES, tally.names)
          .run(tally.highestRow, tally.inodes());
      new DirectoryPass(snapshot, sink, pace).run();
      checkTotals(snapshot, tally, sink);
      long highestBlock =
          Math.max(Math.max(assigned, content.highestBlock()), highestInJournal(snapshot, damages));
      // a new store has neither: the root was not given its number, and no ids were taken
      checkNumber(snapshot, Property.NEXT_INODE, ROOT_ALONE, tally.highestInode, sink);
      checkNumber(snapshot, Property.BLOCK_LEASE, 0, highestBlock, sink);
      return new CheckSummary(
          0, tally.inodes(), tally.names, content.extents(), blocks.statistics().blocks());
    } catch (MetadataDamagedException e) {
      damages.found(null, String.valueOf(e.getMessage()));
      return new CheckSummary(0, 0, 0, content.extents(), blocks.statistics().blocks());
    }
  }

  private void checkBlocks(FindingSink sink, Pace pace) throws IOException {
    long count = blocks.statistics().blocks();
    List<Finding> found = new ArrayList<>();
    Map<Kind, Long> others = new EnumMap<>(Kind.class);
    blocks.check(
        finding -> {
          if (found.size() < Damages.MOST) {
            found.add(Finding.ofBlock(kind(finding.kind()), finding.block(), finding.text()));
          } else {
            others.merge(kind(finding.kind()), 1L, Long::sum);
          }
        },
        id -> pace.on(Phase.INDEX, id, count));
    for (Finding finding : found) {
      sink.found(finding);
    }
    for (Map.Entry<Kind, Long> each : others.entrySet()) {
      sink.found(Finding.of(each.getKey(), each.getValue() + " more blocks are like this"));
    }
  }

  private static Kind kind(BlockFinding.Kind kind) {
    return switch (kind) {
      case FILE, INDEX_FILE -> Kind.BLOCK_FILE;
      case UNREADABLE -> Kind.INDEX_UNREADABLE;
      case NOT_INDEXED -> Kind.NOT_INDEXED;
      case STALE_INDEX -> Kind.STALE_INDEX;
      case COUNTERS -> Kind.BLOCK_COUNTERS;
    };
  }

  private static long highestInJournal(MetadataSnapshot snapshot, MetadataSnapshot.Damage damage)
      throws IOException {
    long highest = 0;
    try (MetadataSnapshot.Rows<JournalEntry> rows =
        snapshot.rows(RowKey.first(Table.JOURNAL), RowKey.end(Table.JOURNAL), damage)) {
      for (JournalEntry entry = rows.next(); entry != null; entry = rows.next()) {
        highest = entry.blockId();
      }
    }
    try (MetadataSnapshot.Rows<Property> rows =
        snapshot.rows(RowKey.first(Table.PROPERTY), RowKey.end(Table.PROPERTY), damage)) {
      while (rows.next() != null) {
        // only for the damage that is told
      }
    }
    return highest;
  }

  private static void checkTotals(
      MetadataSnapshot snapshot, InodePass.Tally tally, FindingSink sink) throws IOException {
    for (Counter counter : Counter.values()) {
      long actual =
          switch (counter) {
            case FILES -> tally.files;
            case DIRECTORIES -> tally.directories;
            case LOGICAL_BYTES -> tally.allocatedBytes;
          };
      long kept = number(snapshot, counter.key());
      if (kept != actual) {
        sink.found(
            Finding.of(Kind.TOTAL, "the total " + counter + " says " + kept + ", and is " + actual)
                .withRight(property(counter.key(), actual)));
      }
    }
  }

  /**
   * @param fresh the highest that is in use in a store in which the property was not needed yet
   */
  private static void checkNumber(
      MetadataSnapshot snapshot, String property, long fresh, long highest, FindingSink sink)
      throws IOException {
    long next = number(snapshot, RowKey.property(property));
    if (next <= highest && (next != 0 || highest > fresh)) {
      sink.found(
          Finding.of(
                  Kind.NUMBER_REUSE,
                  "the property " + property + " is " + next + ", and " + highest + " is in use")
              .withRight(property(RowKey.property(property), highest + SPARE_NUMBERS)));
    }
  }

  private static Property property(RowKey<Property> key, long value) {
    byte[] name = key.third();
    return new Property(
        name == null ? "" : new String(name, StandardCharsets.UTF_8), Long.toString(value));
  }

  /** Of a property; 0 when it is missing, damaged or no number. */
  private static long number(MetadataSnapshot snapshot, RowKey<Property> key) throws IOException {
    try {
      Property property = snapshot.get(key);
      return property == null ? 0 : Long.parseLong(property.value());
    } catch (MetadataDamagedException | NumberFormatException e) {
      return 0;
    }
  }
}
