package org.dedupfs.tree;

import java.io.IOException;
import java.util.Objects;
import org.dedupfs.content.FileContent;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.TreeException.Failure;
import org.jspecify.annotations.Nullable;

/** A file on its way to being open: counted first, so that it is not purged meanwhile. */
final class Opening {
  private final Tree tree;
  private final TreeRows rows;
  private final OpenFiles openFiles;
  private final Orphans orphans;
  private @Nullable InodeNumber counted;

  Opening(Tree tree, TreeRows rows, OpenFiles openFiles, Orphans orphans) {
    this.tree = tree;
    this.rows = rows;
    this.openFiles = openFiles;
    this.orphans = orphans;
  }

  void begin(Inode inode) throws TreeException {
    begin(inode.number());
  }

  void begin(InodeNumber inode) throws TreeException {
    if (rows.isClosed()) {
      throw new TreeException(Failure.BAD_HANDLE);
    }
    if (!openFiles.tryOpen(inode)) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    counted = inode;
  }

  OpenFile finish(boolean created) throws IOException {
    FileContent content = rows.content().acquire(Objects.requireNonNull(counted));
    if (created) {
      content.created();
    }
    OpenFile handle = new OpenFile(tree, rows, content, created);
    tree.opened(handle);
    return handle;
  }

  void undo(Throwable cause) {
    InodeNumber inode = counted;
    if (inode == null) {
      return;
    }
    openFiles.closed(inode);
    try {
      orphans.purgeIfUnused(inode);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
