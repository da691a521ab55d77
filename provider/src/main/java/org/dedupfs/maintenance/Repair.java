package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.Row;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * Puts metadata in order that a check finds wrong, a round of checking and repairing after the
 * other, since one thing put in order may show another. Nothing is invented: what is known of a
 * file stays, what has lost its name gets one in {@code /lost+found}, and bytes that nothing is
 * known of become a range that reads as an error. A block that is damaged and known by its hash is
 * left, because the same data heals it.
 *
 * <p>Works on stores that nobody else uses.
 */
public final class Repair {
  private static final int MOST_ROUNDS = 12;

  /**
   * After so many changes a round is broken off and begun again: while its snapshot is open the log
   * of the metadata only grows.
   */
  static final int MOST_IN_ROUND = 4_096;

  /** Which is enough for 40 million changes, and an end if two repairs undo each other. */
  private static final int MOST_BREAKS = 10_000;

  private final MetadataStore metadata;
  private final BlockStore blocks;
  private final NameCookies cookies;
  private final ContentRepair content;
  private final NameRepair names;
  private final InodeRepair inodes;
  private int round;
  private long inRound;

  /** Whether something was left to the next round, which is to come then. */
  private boolean deferred;

  private final int mostInRound;

  public Repair(
      MetadataStore metadata, BlockStore blocks, NameCookies cookies, LongSupplier clockNanos) {
    this(metadata, blocks, cookies, clockNanos, MOST_IN_ROUND);
  }

  Repair(
      MetadataStore metadata,
      BlockStore blocks,
      NameCookies cookies,
      LongSupplier clockNanos,
      int mostInRound) {
    this.mostInRound = mostInRound;
    this.metadata = metadata;
    this.blocks = blocks;
    this.cookies = cookies;
    this.content = new ContentRepair(metadata, blocks);
    InodeRemains remains = new InodeRemains(metadata, content, clockNanos);
    this.names = new NameRepair(metadata, remains, clockNanos);
    this.inodes =
        new InodeRepair(
            metadata,
            remains,
            content,
            new LostAndFound(metadata, cookies, clockNanos),
            this::isLeftToNextRound);
  }

  /**
   * Repairs what can be.
   *
   * @return how many findings were put in order
   * @throws java.io.InterruptedIOException if the thread was interrupted (it still is) or the
   *     listener stopped it; what was done so far stays, and another repair goes on
   */
  public long run(MaintenanceListener listener) throws IOException {
    Pace pace = new Pace(listener);
    readAgain(pace);
    Check check = new Check(metadata, blocks, cookies);
    long all = 0;
    int breaks = 0;
    inRound = 1;
    round = 1;
    while (round <= MOST_ROUNDS && (inRound > 0 || deferred)) {
      inRound = 0;
      deferred = false;
      boolean whole = isWholeRound(check, pace, listener, breaks < MOST_BREAKS);
      metadata.shortenLog();
      all += inRound;
      breaks += whole ? 0 : 1;
      round += whole ? 1 : 0;
    }
    return all;
  }

  /** Ends a round before all is checked. */
  private static final class Break extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Checks and repairs; whether all was looked at. */
  private boolean isWholeRound(
      Check check, Pace pace, MaintenanceListener listener, boolean mayBreak) throws IOException {
    try (MetadataSnapshot before = metadata.snapshot()) {
      NamedFindings findings = new NamedFindings(before, listener);
      boolean whole = true;
      try {
        check.run(
            before,
            blocks.lastAssigned(),
            finding -> {
              String done = repair(finding);
              if (done != null) {
                inRound++;
                findings.repaired(finding, done);
                pace.tell(Phase.REPAIR, inRound, 0);
                if (mayBreak && inRound >= mostInRound) {
                  throw new Break();
                }
              }
            },
            pace);
      } catch (Break e) {
        whole = false;
      }
      findings.flush();
      return whole;
    }
  }

  /** Blocks that can be read again are not noted as damaged any more. */
  private void readAgain(Pace pace) throws IOException {
    long read = 0;
    for (BlockId id : blocks.damaged()) {
      pace.step(Phase.BLOCKS, ++read, 0);
      try {
        blocks.verify(id);
      } catch (BlockDamagedException e) {
        // is known, and told by the check if a file needs it
      }
    }
  }

  /** Returns what was done, null if nothing. */
  private @Nullable String repair(Finding finding) throws IOException {
    MetadataBatch batch = new MetadataBatch();
    String done = repair(finding, batch);
    if (done == null || batch.isEmpty()) {
      return null;
    }
    metadata.commit(batch);
    return done;
  }

  private @Nullable String repair(Finding finding, MetadataBatch batch) throws IOException {
    return switch (finding.kind()) {
      case NAME_TYPE,
          DIRECTORY_PARENT,
          LINK_COUNT,
          ALLOCATED,
          TOTAL,
          NUMBER_REUSE,
          ORPHAN_UNNOTED ->
          putRight(finding, batch, "is corrected");
      case EXTENT_GAP -> putRight(finding, batch, "the range reads as an error from now on");
      case EXTENT_END ->
          finding.range() == null
              ? content.distrustEnd(finding.inode(), batch)
              : putRight(finding, batch, "what is missing reads as an error from now on");
      case NAME_PLACE -> names.replace(finding, batch);
      case NAME_MALFORMED -> names.removeName(finding, batch);
      case NO_ROOT -> names.newRoot(batch);
      case NAME_OF_NOTHING -> names.makeNamed(finding, batch);
      case NAME_WITHOUT_DIRECTORY -> names.makeDirectory(finding.inode(), batch);
      case DIRECTORY_NAMES -> names.keepOneName(finding.inode(), batch);
      // a parent that was corrected in this round may have been all that was wrong
      case DIRECTORY_UNREACHABLE ->
          inRound > 0 ? null : names.removeNames(finding.inode(), null, batch);
      case NO_NAME -> inodes.nameLost(finding.inode(), batch);
      case ORPHAN_NOTED -> {
        batch.delete(RowKey.orphan(finding.inode()));
        yield "is not noted any more";
      }
      case ATTRIBUTES ->
          finding.right() == null
              ? inodes.makeType(finding.inode(), batch)
              : putRight(finding, batch, "is corrected");
      case LINK_TARGET -> inodes.removeLink(finding.inode(), batch);
      case OWNERLESS -> inodes.own(finding.inode(), batch);
      case EXTENT_OVERLAP -> content.separate(finding, batch);
      case BLOCK_MISSING, BLOCK_OTHER, BLOCK_DAMAGED -> content.giveUp(finding, batch);
      case METADATA_STRUCTURE,
          METADATA_ROW,
          BLOCK_FILE,
          INDEX_UNREADABLE,
          NOT_INDEXED,
          STALE_INDEX,
          BLOCK_COUNTERS,
          RANGE_LOST,
          PROPERTY ->
          null;
    };
  }

  private static @Nullable String putRight(Finding finding, MetadataBatch batch, String done) {
    Row right = finding.right();
    if (right == null) {
      return null;
    }
    batch.put(right);
    return done;
  }

  private boolean isLeftToNextRound() {
    deferred |= round == 1;
    return round == 1;
  }
}
