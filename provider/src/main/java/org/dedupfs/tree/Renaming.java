package org.dedupfs.tree;

import java.io.IOException;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.TreeException.Failure;
import org.jspecify.annotations.Nullable;

/** Renames, in all the cases of POSIX {@code rename}. */
final class Renaming {
  private final TreeRows rows;
  private final Orphans orphans;

  Renaming(TreeRows rows, Orphans orphans) {
    this.rows = rows;
    this.orphans = orphans;
  }

  /** What may be there that loses its name to the source. */
  enum Replacing {
    NOTHING,
    /** As POSIX has it: a directory replaces a directory, what is none replaces what is none. */
    SAME_KIND,
    /** What can be removed: a directory has to be empty. */
    ANYTHING
  }

  /** One rename that was found to be right: what is there before anything is changed. */
  private record Plan(
      Inode fromParent,
      Inode toParent,
      Dentry from,
      Inode source,
      FileName toName,
      @Nullable Dentry to,
      @Nullable Inode target) {

    boolean movesDirectory() {
      return from.type() == FileType.DIRECTORY;
    }

    boolean replacesDirectory() {
      return target != null && target.isDirectory();
    }

    boolean changesParent() {
      return !fromParent.number().equals(toParent.number());
    }
  }

  void rename(
      InodeNumber fromDirectory,
      FileName fromName,
      InodeNumber toDirectory,
      FileName toName,
      Replacing replacing)
      throws IOException {
    TreeRows.requireStorable(fromName, Failure.BUSY);
    TreeRows.requireStorable(toName, Failure.BUSY);
    if (replacing != Replacing.NOTHING) {
      prepareReplacement(fromDirectory, fromName, toDirectory, toName);
    }
    try (Orphans.NameRemoval removal = orphans.nameRemoval();
        Change change = rows.begin()) {
      Plan plan = plan(change, fromDirectory, fromName, toDirectory, toName, replacing);
      if (plan == null) {
        return;
      }
      apply(change, plan, removal);
      change.publish();
      tellWatchers(plan);
    }
  }

  private void tellWatchers(Plan plan) {
    InodeNumber inode = plan.source().number();
    rows.watches().deleted(plan.fromParent().number(), plan.from().name(), inode);
    rows.watches().created(plan.toParent().number(), plan.toName(), inode);
    Inode target = plan.target();
    if (target != null) {
      rows.watches().replaced(plan.toParent().number(), target.number());
      if (target.isDirectory()) {
        rows.watches().gone(target.number());
      }
    }
  }

  /**
   * Fails when it is known that the source's bytes cannot be committed: the target's are all there
   * is then. What is looked at may change until the rename; that costs this precaution, no more.
   */
  private void prepareReplacement(
      InodeNumber fromDirectory, FileName fromName, InodeNumber toDirectory, FileName toName)
      throws IOException {
    Dentry to = rows.entry(rows.live(), toDirectory, toName);
    Dentry from = to == null ? null : rows.entry(rows.live(), fromDirectory, fromName);
    if (from != null && from.type() == FileType.REGULAR && !rows.isReadOnly()) {
      rows.content().prepareReplacement(from.inode());
    }
  }

  /** Null when both names are the same file, and so nothing is to be done. */
  private @Nullable Plan plan(
      Change change,
      InodeNumber fromDirectory,
      FileName fromName,
      InodeNumber toDirectory,
      FileName toName,
      Replacing replacing)
      throws IOException {
    Inode fromParent = rows.directory(change, fromDirectory);
    Inode toParent = rows.directory(change, toDirectory);
    Dentry from = rows.existingEntry(change, fromDirectory, fromName);
    if (from.type() == FileType.DIRECTORY) {
      requireOutside(change, from.inode(), toParent);
    }
    Dentry to = rows.entry(change, toDirectory, toName);
    if (to != null) {
      if (replacing == Replacing.NOTHING) {
        throw new TreeException(Failure.EXISTS);
      }
      if (to.inode().equals(from.inode())) {
        return null;
      }
      requireReplaceable(change, from, to, replacing);
    }
    Inode source = rows.entryInode(change, from);
    Inode target = to == null ? null : rows.entryInode(change, to);
    Plan plan = new Plan(fromParent, toParent, from, source, toName, to, target);
    if (plan.movesDirectory() && plan.changesParent() && !plan.replacesDirectory()) {
      Creation.requireLinkable(toParent);
    }
    return plan;
  }

  private void requireReplaceable(Change change, Dentry from, Dentry to, Replacing replacing)
      throws IOException {
    boolean fromDirectory = from.type() == FileType.DIRECTORY;
    boolean toDirectory = to.type() == FileType.DIRECTORY;
    if (replacing == Replacing.SAME_KIND && fromDirectory != toDirectory) {
      throw new TreeException(fromDirectory ? Failure.NOT_DIRECTORY : Failure.IS_DIRECTORY);
    }
    if (toDirectory && !rows.isEmpty(change, to.inode())) {
      throw new TreeException(Failure.NOT_EMPTY);
    }
  }

  /** A directory cannot move into itself or below. */
  private void requireOutside(Change change, InodeNumber moved, Inode toParent) throws IOException {
    Inode above = toParent;
    while (true) {
      if (above.number().equals(moved)) {
        throw new TreeException(Failure.INVALID);
      }
      if (above.number().equals(above.parent())) {
        return;
      }
      above = rows.directory(change, above.parent());
    }
  }

  private void apply(Change change, Plan plan, Orphans.NameRemoval removal) throws IOException {
    long now = rows.nowNanos();
    Inode target = plan.target();
    Dentry to = plan.to();
    change.delete(plan.from().key());
    if (to != null) {
      change.delete(to.key());
    }
    change.put(rows.newEntry(plan.toParent().number(), plan.toName(), plan.source()));
    Inode.Builder moved = rows.settled(plan.source()).toBuilder().changeNanos(now);
    if (plan.movesDirectory()) {
      moved.parent(plan.toParent().number());
    }
    change.put(moved.build());
    putParents(change, plan, now);
    if (target == null) {
      return;
    }
    if (target.isDirectory()) {
      Orphans.deleteRows(change, target);
      return;
    }
    if (plan.source().isRegular()) {
      // Or a crash could leave the new name with a file whose bytes were not stored yet.
      rows.content().requireInNextCommit(plan.source().number());
    }
    removal.remove(change, target, now);
  }

  private static void putParents(Change change, Plan plan, long nowNanos) {
    int gained = (plan.movesDirectory() ? 1 : 0) - (plan.replacesDirectory() ? 1 : 0);
    int lost = plan.movesDirectory() ? 1 : 0;
    Inode.Builder to = plan.toParent().toBuilder();
    if (plan.changesParent()) {
      Inode.Builder from = plan.fromParent().toBuilder();
      TreeRows.putTouched(change, from.nlink(plan.fromParent().nlink() - lost), nowNanos);
      TreeRows.putTouched(change, to.nlink(plan.toParent().nlink() + gained), nowNanos);
    } else {
      TreeRows.putTouched(change, to.nlink(plan.toParent().nlink() + gained - lost), nowNanos);
    }
  }
}
