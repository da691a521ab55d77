package org.dedupfs.tree;

import java.io.IOException;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.TreeException.Failure;

/** Takes names away. */
final class Removal {
  private final TreeRows rows;
  private final Orphans orphans;

  Removal(TreeRows rows, Orphans orphans) {
    this.rows = rows;
    this.orphans = orphans;
  }

  void unlink(InodeNumber directory, FileName name) throws IOException {
    TreeRows.requireStorable(name, Failure.IS_DIRECTORY);
    try (Orphans.NameRemoval removal = orphans.nameRemoval();
        Change change = rows.begin()) {
      Inode parent = rows.directory(change, directory);
      Dentry entry = rows.existingEntry(change, directory, name);
      if (entry.type() == FileType.DIRECTORY) {
        throw new TreeException(Failure.IS_DIRECTORY);
      }
      Inode row = rows.entryInode(change, entry);
      long now = rows.nowNanos();
      change.delete(entry.key());
      TreeRows.putTouched(change, parent.toBuilder(), now);
      removal.remove(change, row, now);
      change.publish();
      rows.watches().deleted(directory, name, row.number());
    }
  }

  void removeDirectory(InodeNumber directory, FileName name) throws IOException {
    if (name.isDot()) {
      throw new TreeException(Failure.INVALID);
    }
    TreeRows.requireStorable(name, Failure.NOT_EMPTY);
    try (Change change = rows.begin()) {
      Inode parent = rows.directory(change, directory);
      Dentry entry = rows.existingEntry(change, directory, name);
      if (entry.type() != FileType.DIRECTORY) {
        throw new TreeException(Failure.NOT_DIRECTORY);
      }
      if (!rows.isEmpty(change, entry.inode())) {
        throw new TreeException(Failure.NOT_EMPTY);
      }
      Inode row = rows.entryInode(change, entry);
      change.delete(entry.key());
      Orphans.deleteRows(change, row);
      Inode.Builder left = parent.toBuilder().nlink(parent.nlink() - 1);
      TreeRows.putTouched(change, left, rows.nowNanos());
      change.publish();
      rows.watches().deleted(directory, name, row.number());
      rows.watches().gone(row.number());
    }
  }
}
