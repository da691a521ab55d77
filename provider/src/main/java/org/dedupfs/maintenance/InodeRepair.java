package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.jspecify.annotations.Nullable;

/**
 * The part of a repair that puts inodes in order, and what belongs to them. Each method adds what
 * is to be changed to a batch and says what is done, or returns null if it is nothing.
 */
final class InodeRepair {
  private final MetadataStore metadata;
  private final InodeRemains remains;
  private final ContentRepair content;
  private final LostAndFound lostAndFound;
  private final BooleanSupplier leftToNextRound;

  /**
   * @param leftToNextRound asked where the names that a first round brings back may change things;
   *     if it says so, another round comes
   */
  InodeRepair(
      MetadataStore metadata,
      InodeRemains remains,
      ContentRepair content,
      LostAndFound lostAndFound,
      BooleanSupplier leftToNextRound) {
    this.metadata = metadata;
    this.remains = remains;
    this.content = content;
    this.lostAndFound = lostAndFound;
    this.leftToNextRound = leftToNextRound;
  }

  @Nullable String nameLost(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    if (row == null || leftToNextRound.getAsBoolean()) {
      return null; // what the first round brings back may have its name
    }
    return "is " + lostAndFound.take(row, batch) + " now";
  }

  @Nullable String makeType(InodeNumber number, MetadataBatch batch) throws IOException {
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
    } else if (!remains.entries(number).isEmpty()) {
      type = FileType.DIRECTORY;
    }
    batch.put(row.toBuilder().mode(type.modeBits() | (row.mode() & 07777)).build());
    return "is a " + type + " from what is left";
  }

  @Nullable String removeLink(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    if (row == null || metadata.get(RowKey.symlink(number)) != null) {
      return null;
    }
    batch.delete(row.key()).delete(RowKey.orphan(number));
    return "the link is removed, where it pointed to is lost";
  }

  /** Makes what is missing of what is left, or removes what nothing can have. */
  @Nullable String own(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    boolean hasContents = !metadata.extentKeys(number).isEmpty();
    boolean hasTarget = metadata.get(RowKey.symlink(number)) != null;
    if (row == null && (hasContents || hasTarget)) {
      Inode made = remains.made(number, hasContents ? FileType.REGULAR : FileType.SYMLINK, null);
      if (made != null) {
        batch.put(made);
      }
      return "is there again, with new attributes";
    }
    if (row == null) {
      if (leftToNextRound.getAsBoolean()) {
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
