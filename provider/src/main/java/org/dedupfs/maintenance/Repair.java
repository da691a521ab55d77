package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.Row;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Symlink;
import org.dedupfs.metadata.Table;
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
  private final LongSupplier clockNanos;
  private final LostAndFound lostAndFound;
  private final ContentRepair content;
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
    this.clockNanos = clockNanos;
    this.lostAndFound = new LostAndFound(metadata, cookies, clockNanos);
    this.content = new ContentRepair(metadata, blocks);
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
      NamedFindings names = new NamedFindings(before, listener);
      boolean whole = true;
      try {
        check.run(
            before,
            blocks.lastAssigned(),
            finding -> {
              String done = repair(finding);
              if (done != null) {
                inRound++;
                names.repaired(finding, done);
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
      names.flush();
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
      case NAME_PLACE -> replace(finding, batch);
      case NAME_MALFORMED -> removeName(finding, batch);
      case NO_ROOT -> newRoot(batch);
      case NAME_OF_NOTHING -> makeNamed(finding, batch);
      case NAME_WITHOUT_DIRECTORY -> makeDirectory(finding.inode(), batch);
      case DIRECTORY_NAMES -> keepOneName(finding.inode(), batch);
      // a parent that was corrected in this round may have been all that was wrong
      case DIRECTORY_UNREACHABLE -> inRound > 0 ? null : removeNames(finding.inode(), null, batch);
      case NO_NAME -> nameLost(finding.inode(), batch);
      case ORPHAN_NOTED -> {
        batch.delete(RowKey.orphan(finding.inode()));
        yield "is not noted any more";
      }
      case ATTRIBUTES ->
          finding.right() == null
              ? makeType(finding.inode(), batch)
              : putRight(finding, batch, "is corrected");
      case LINK_TARGET -> removeLink(finding.inode(), batch);
      case OWNERLESS -> own(finding.inode(), batch);
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

  private @Nullable String replace(Finding finding, MetadataBatch batch) throws IOException {
    Dentry wrong = finding.entry();
    if (wrong == null || !(finding.right() instanceof Dentry right)) {
      return null;
    }
    batch.delete(wrong.key());
    if (metadata.get(right.key()) != null) {
      return "another file has that name; this one is left without";
    }
    batch.put(right);
    return "is in its place";
  }

  private @Nullable String removeName(Finding finding, MetadataBatch batch) {
    Dentry entry = finding.entry();
    if (entry == null) {
      return null;
    }
    batch.delete(entry.key());
    return "the name is removed";
  }

  private String newRoot(MetadataBatch batch) {
    long now = clockNanos.getAsLong();
    batch.put(
        LostAndFound.newInode(InodeNumber.ROOT, FileType.DIRECTORY, 0755, null, now)
            .parent(InodeNumber.ROOT)
            .build());
    return "there is a new root directory, with what is left in it";
  }

  private @Nullable String makeNamed(Finding finding, MetadataBatch batch) throws IOException {
    Dentry entry = finding.entry();
    if (entry == null || metadata.get(RowKey.inode(entry.inode())) != null) {
      return null; // exists since this round began
    }
    Inode directory = metadata.get(RowKey.inode(entry.parent()));
    Inode made = made(entry.inode(), entry.type(), directory);
    if (made == null) {
      batch.delete(entry.key());
      return "the name is removed, nothing is left of what it stood for";
    }
    batch.put(made.isDirectory() ? made.toBuilder().parent(entry.parent()).build() : made);
    return "its attributes are new, what is left in it is kept";
  }

  /** What an inode was, from what is left; null if that does not say enough. */
  private @Nullable Inode made(InodeNumber number, FileType type, @Nullable Inode directory)
      throws IOException {
    long now = clockNanos.getAsLong();
    return switch (type) {
      case REGULAR -> {
        Inode file =
            content.sized(LostAndFound.newInode(number, type, 0600, directory, now).build());
        // Without any contents left nobody knows that it was empty: no file rather than a wrong
        // one.
        yield file.sizeBytes() == 0 ? null : file;
      }
      case DIRECTORY ->
          LostAndFound.newInode(number, type, 0700, directory, now)
              .parent(InodeNumber.ROOT)
              .build();
      case SYMLINK -> {
        Symlink link = metadata.get(RowKey.symlink(number));
        yield link == null
            ? null
            : LostAndFound.newInode(number, type, 0777, directory, now)
                .sizeBytes(link.target().length)
                .build();
      }
      case FIFO, SOCKET -> LostAndFound.newInode(number, type, 0600, directory, now).build();
      case CHARACTER_DEVICE, BLOCK_DEVICE -> null;
    };
  }

  /** The next round gives it the parent that has its name, or a name if none has. */
  private @Nullable String makeDirectory(InodeNumber number, MetadataBatch batch)
      throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    if (row != null) {
      if (!InodePass.hasType(row)) {
        return null; // gets its type first
      }
      entries(number).forEach(entry -> batch.delete(entry.key()));
      return "the names in it are removed";
    }
    Inode made = made(number, FileType.DIRECTORY, null);
    if (made == null) {
      return null;
    }
    batch.put(made);
    return "the directory is there again, with new attributes";
  }

  private List<Dentry> entries(InodeNumber directory) throws IOException {
    return metadata.range(
        RowKey.dentriesFrom(directory, 0),
        RowKey.dentriesFrom(directory, Long.MAX_VALUE),
        Integer.MAX_VALUE);
  }

  private @Nullable String keepOneName(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    if (row == null) {
      return null;
    }
    return removeNames(number, number.equals(InodeNumber.ROOT) ? null : row.parent(), batch);
  }

  /** Removes all names of a directory but the first one in {@code kept}. */
  private @Nullable String removeNames(
      InodeNumber number, @Nullable InodeNumber kept, MetadataBatch batch) throws IOException {
    List<Dentry> names = new ArrayList<>();
    try (MetadataSnapshot now = metadata.snapshot();
        MetadataSnapshot.Rows<Dentry> rows =
            now.rows(RowKey.first(Table.DENTRY), RowKey.end(Table.DENTRY), (table, what) -> {})) {
      for (Dentry name = rows.next(); name != null; name = rows.next()) {
        if (name.inode().equals(number)) {
          names.add(name);
        }
      }
    }
    boolean found = false;
    for (Dentry name : names) {
      if (!found && name.parent().equals(kept)) {
        found = true;
      } else {
        batch.delete(name.key());
      }
    }
    return batch.isEmpty() ? null : "names that a directory cannot have are removed";
  }

  private boolean isFirstRound() {
    deferred |= round == 1;
    return round == 1;
  }

  private @Nullable String nameLost(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    if (row == null || isFirstRound()) {
      return null; // what the first round brings back may have its name
    }
    return "is " + lostAndFound.take(row, batch) + " now";
  }

  private @Nullable String makeType(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    if (row == null) {
      return null;
    }
    if (InodePass.hasType(row)) {
      Inode sound =
          row.toBuilder()
              .allocatedBytes(Math.max(0, row.allocatedBytes()))
              .nlink(Math.max(0, row.nlink()))
              .build();
      batch.put(row.sizeBytes() < 0 ? content.sized(sound) : sound);
      return "is corrected";
    }
    FileType type = FileType.REGULAR;
    if (metadata.get(RowKey.symlink(number)) != null) {
      type = FileType.SYMLINK;
    } else if (!entries(number).isEmpty()) {
      type = FileType.DIRECTORY;
    }
    batch.put(row.toBuilder().mode(type.modeBits() | (row.mode() & 07777)).build());
    return "is a " + type + " from what is left";
  }

  private @Nullable String removeLink(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    if (row == null || metadata.get(RowKey.symlink(number)) != null) {
      return null;
    }
    batch.delete(row.key()).delete(RowKey.orphan(number));
    return "the link is removed, where it pointed to is lost";
  }

  /** Makes what is missing of what is left, or removes what nothing can have. */
  private @Nullable String own(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    boolean hasContents = !metadata.extentKeys(number).isEmpty();
    boolean hasTarget = metadata.get(RowKey.symlink(number)) != null;
    if (row == null && (hasContents || hasTarget)) {
      Inode made = made(number, hasContents ? FileType.REGULAR : FileType.SYMLINK, null);
      if (made != null) {
        batch.put(made);
      }
      return "is there again, with new attributes";
    }
    if (row == null) {
      if (isFirstRound()) {
        return null; // its name may bring it back
      }
      metadata
          .range(
              RowKey.from(Table.XATTR, number),
              RowKey.from(Table.XATTR, new InodeNumber(number.value() + 1)),
              Integer.MAX_VALUE)
          .forEach(xattr -> batch.delete(xattr.key()));
      return "the attributes of nothing are removed";
    }
    if (!InodePass.hasType(row)) {
      return null; // gets its type first
    }
    if (hasTarget && !row.isSymlink()) {
      batch.delete(RowKey.symlink(number));
    }
    if (hasContents && !row.isRegular()) {
      for (RowKey<ExtentPage> key : metadata.extentKeys(number)) {
        batch.delete(key);
      }
    }
    return "what it cannot have is removed";
  }
}
