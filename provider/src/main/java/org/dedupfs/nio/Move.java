package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.Inode;
import org.dedupfs.tree.PathLookup;
import org.dedupfs.tree.Tree;
import org.dedupfs.tree.TreeException;
import org.dedupfs.tree.TreeException.Failure;

/** Moves a file, a link itself or a directory: by one rename inside a store, else copy, delete. */
final class Move {

  /** What the options say. */
  record Mode(boolean atomic, boolean replace) {
    static Mode of(CopyOption... options) {
      boolean atomic = false;
      boolean replace = false;
      for (CopyOption option : options) {
        if (option == StandardCopyOption.ATOMIC_MOVE) {
          atomic = true;
        } else if (option == StandardCopyOption.REPLACE_EXISTING) {
          replace = true;
        } else if (option != LinkOption.NOFOLLOW_LINKS) {
          throw new UnsupportedOperationException(
              "move option " + Objects.requireNonNull(option) + " is not supported");
        }
      }
      return new Mode(atomic, replace);
    }
  }

  /** What the new name may be taken from. */
  private enum Over {
    NOTHING,
    SAME_KIND,
    ANYTHING
  }

  private final DedupPath source;
  private final DedupPath target;
  private final Mode mode;

  Move(DedupPath source, DedupPath target, Mode mode) {
    this.source = source;
    this.target = target;
    this.mode = mode;
  }

  void run() throws IOException {
    if (source.getFileSystem() != target.getFileSystem()) {
      moveToOtherStore();
    } else if (mode.atomic()) {
      rename(Over.SAME_KIND);
    } else {
      moveInStore();
    }
  }

  private void moveInStore() throws IOException {
    Inode inode = Namespace.existing(source, false);
    PathLookup there =
        source.getFileSystem().run(source, target, tree -> Namespace.lookup(tree, target, false));
    Inode occupant = there.inode();
    if (occupant == null) {
      rename(Over.NOTHING);
      return;
    }
    if (occupant.number().equals(inode.number())) {
      return;
    }
    if (!mode.replace()) {
      throw new FileAlreadyExistsException(target.toString());
    }
    if (there.name() == null) {
      Namespace.delete(target); // which says why it cannot go
    }
    requireRoom(occupant);
    rename(Over.ANYTHING);
  }

  /** A directory that is not empty is told before anything that is wrong with the source. */
  private void requireRoom(Inode occupant) throws IOException {
    if (occupant.isDirectory()
        && endsInDots(source)
        && !target
            .getFileSystem()
            .run(target, tree -> tree.list(occupant.number(), 0, 1).isEmpty())) {
      throw new DirectoryNotEmptyException(target.toString());
    }
  }

  /** In one change. */
  private void rename(Over over) throws IOException {
    try {
      source.getFileSystem().change(source, target, tree -> rename(tree, over));
    } catch (DirectoryNotEmptyException e) {
      DirectoryNotEmptyException ofTarget = new DirectoryNotEmptyException(target.toString());
      ofTarget.initCause(e);
      throw ofTarget;
    }
  }

  private void rename(Tree tree, Over over) throws IOException {
    PathLookup from;
    PathLookup to;
    try {
      from = Namespace.lookup(tree, source, false);
      if (from.inode() == null) {
        throw new TreeException(Failure.NO_ENTRY);
      }
      to = Namespace.lookup(tree, target, false);
    } catch (TreeException e) {
      // The kernel looks at both directories before it looks at the names in them.
      requireDirectoryOf(tree, source);
      requireDirectoryOf(tree, target);
      throw endsInDots(source) || endsInDots(target) ? new TreeException(Failure.BUSY) : e;
    }
    FileName fromName = from.name();
    FileName toName = to.name();
    if (fromName == null || toName == null) {
      throw new TreeException(Failure.BUSY);
    }
    if (over == Over.ANYTHING) {
      tree.renameOverAny(from.parent(), fromName, to.parent(), toName);
    } else {
      tree.rename(from.parent(), fromName, to.parent(), toName, over == Over.SAME_KIND);
    }
  }

  private static boolean endsInDots(DedupPath path) {
    DedupPath name = path.getFileName();
    return name != null && (name.toString().equals(".") || name.toString().equals(".."));
  }

  private static void requireDirectoryOf(Tree tree, DedupPath path) throws IOException {
    DedupPath directory = path.toAbsolutePath().getParent();
    if (directory != null && !Namespace.existing(tree, directory, true).isDirectory()) {
      throw new TreeException(Failure.NOT_DIRECTORY);
    }
  }

  private void moveToOtherStore() throws IOException {
    if (mode.atomic()) {
      throw new AtomicMoveNotSupportedException(
          source.toString(), target.toString(), "the paths are in two stores");
    }
    Inode inode = Namespace.existing(source, false);
    if (inode.isDirectory()
        && !source.getFileSystem().run(source, tree -> tree.list(inode.number(), 0, 1).isEmpty())) {
      throw new DirectoryNotEmptyException(source.toString());
    }
    new Copy(source, target, new Copy.Mode(mode.replace(), true, false, false)).run();
    // Two stores commit on their own: the copy must outlive a crash before the source may go.
    target.getFileSystem().sync();
    Namespace.delete(source);
  }
}
