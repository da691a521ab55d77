package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.jspecify.annotations.Nullable;

/**
 * The part of a repair that puts names and directories in order. Each method adds what is to be
 * changed to a batch and says what is done, or returns null if it is nothing.
 */
final class NameRepair {
  private final MetadataStore metadata;
  private final InodeRemains remains;
  private final LongSupplier clockNanos;

  NameRepair(MetadataStore metadata, InodeRemains remains, LongSupplier clockNanos) {
    this.metadata = metadata;
    this.remains = remains;
    this.clockNanos = clockNanos;
  }

  @Nullable String replace(Finding finding, MetadataBatch batch) throws IOException {
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

  @Nullable String removeName(Finding finding, MetadataBatch batch) {
    Dentry entry = finding.entry();
    if (entry == null) {
      return null;
    }
    batch.delete(entry.key());
    return "the name is removed";
  }

  String newRoot(MetadataBatch batch) {
    long now = clockNanos.getAsLong();
    batch.put(
        LostAndFound.newInode(InodeNumber.ROOT, FileType.DIRECTORY, 0755, null, now)
            .parent(InodeNumber.ROOT)
            .build());
    return "there is a new root directory, with what is left in it";
  }

  @Nullable String makeNamed(Finding finding, MetadataBatch batch) throws IOException {
    Dentry entry = finding.entry();
    if (entry == null || metadata.get(RowKey.inode(entry.inode())) != null) {
      return null; // exists since this round began
    }
    Inode directory = metadata.get(RowKey.inode(entry.parent()));
    Inode made = remains.made(entry.inode(), entry.type(), directory);
    if (made == null) {
      batch.delete(entry.key());
      return "the name is removed, nothing is left of what it stood for";
    }
    batch.put(made.isDirectory() ? made.toBuilder().parent(entry.parent()).build() : made);
    return "its attributes are new, what is left in it is kept";
  }

  /** The next round gives it the parent that has its name, or a name if none has. */
  @Nullable String makeDirectory(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    if (row != null) {
      if (!InodePass.hasType(row)) {
        return null; // gets its type first
      }
      remains.entries(number).forEach(entry -> batch.delete(entry.key()));
      return "the names in it are removed";
    }
    Inode made = remains.made(number, FileType.DIRECTORY, null);
    if (made == null) {
      return null;
    }
    batch.put(made);
    return "the directory is there again, with new attributes";
  }

  @Nullable String keepOneName(InodeNumber number, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(number));
    if (row == null) {
      return null;
    }
    return removeNames(number, number.equals(InodeNumber.ROOT) ? null : row.parent(), batch);
  }

  /** Removes all names of a directory but the first one in {@code kept}. */
  @Nullable String removeNames(InodeNumber number, @Nullable InodeNumber kept, MetadataBatch batch)
      throws IOException {
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
}
