package org.dedupfs.tree;

import java.io.IOException;
import java.util.List;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.Xattr;
import org.dedupfs.tree.TreeException.Failure;

/** Copies of regular files that share all their bytes with the original. */
final class Cloning {
  private static final int XATTRS_PER_READ = 64;

  private final TreeRows rows;
  private final Orphans orphans;

  Cloning(TreeRows rows, Orphans orphans) {
    this.rows = rows;
    this.orphans = orphans;
  }

  /** What is asked for, as {@link Tree#cloneFile} has it. */
  record Request(
      InodeNumber source,
      InodeNumber directory,
      FileName name,
      NewFile file,
      boolean copyAttributes,
      boolean replace) {}

  Inode cloneFile(Request request) throws IOException {
    TreeRows.requireStorable(request.name(), Failure.EXISTS);
    if (request.file().type() != FileType.REGULAR) {
      throw new TreeException(Failure.INVALID);
    }
    requireRegular(rows.inode(rows.live(), request.source()));
    if (rows.isReadOnly()) {
      throw new TreeException(Failure.READ_ONLY);
    }
    rows.content().clones().prepare(request.source());
    return clonePrepared(request);
  }

  private Inode clonePrepared(Request request) throws IOException {
    try (Orphans.NameRemoval removal = orphans.nameRemoval();
        Change change = rows.begin()) {
      Inode source = requireRegular(rows.inode(change, request.source()));
      Inode parent = rows.directory(change, request.directory());
      Dentry replaced = rows.entry(change, request.directory(), request.name());
      if (replaced != null) {
        requireReplaceable(replaced, request);
        if (replaced.inode().equals(source.number())) {
          return rows.seen(source);
        }
      }
      long now = rows.nowNanos();
      Inode clone =
          rows.content()
              .clones()
              .into(change, source.number(), newInode(change, parent, request, now));
      if (request.copyAttributes()) {
        // Of the row and not as seen: the times of writes that the clone does not have would claim
        // that it has them.
        clone = withAttributesOf(source, clone);
        copyXattrs(change, source.number(), clone.number());
      }
      change.put(clone);
      change.put(rows.newEntry(parent.number(), request.name(), clone));
      change.count(Counter.FILES, 1);
      TreeRows.putTouched(change, parent.toBuilder(), now);
      if (replaced != null) {
        removal.remove(change, rows.entryInode(change, replaced), now);
      }
      change.publish();
      if (replaced != null) {
        rows.watches().deleted(parent.number(), request.name(), replaced.inode());
      }
      rows.watches().made(parent.number(), request.name(), clone.number());
      return clone;
    }
  }

  private static Inode newInode(Change change, Inode parent, Request request, long nowNanos) {
    return Creation.newInode(change.newInodeNumber(), parent, request.file(), nowNanos).build();
  }

  private static Inode requireRegular(Inode row) throws TreeException {
    if (row.isDirectory()) {
      throw new TreeException(Failure.IS_DIRECTORY);
    }
    if (!row.isRegular()) {
      throw new TreeException(Failure.INVALID);
    }
    return row;
  }

  private static void requireReplaceable(Dentry entry, Request request) throws TreeException {
    if (!request.replace()) {
      throw new TreeException(Failure.EXISTS);
    }
    if (entry.type() == FileType.DIRECTORY) {
      throw new TreeException(Failure.IS_DIRECTORY);
    }
  }

  private static Inode withAttributesOf(Inode source, Inode clone) {
    return clone.toBuilder()
        .permissions(source.mode())
        .uid(source.uid())
        .gid(source.gid())
        .accessNanos(source.accessNanos())
        .modifyNanos(source.modifyNanos())
        .birthNanos(source.birthNanos())
        .build();
  }

  private static void copyXattrs(Change change, InodeNumber source, InodeNumber clone)
      throws IOException {
    byte[] after = null;
    List<Xattr> some;
    do {
      some = Xattrs.rangeAfter(change, source, after, XATTRS_PER_READ);
      for (Xattr xattr : some) {
        change.put(new Xattr(clone, xattr.name(), xattr.value()));
        after = xattr.name();
      }
    } while (some.size() == XATTRS_PER_READ);
  }
}
