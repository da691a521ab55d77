package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.nio.Namespace.Place;
import org.dedupfs.tree.AttributeChange;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.PathLookup;
import org.dedupfs.tree.Tree;
import org.dedupfs.tree.TreeException;
import org.dedupfs.tree.TreeException.Failure;

/**
 * Copies one file, link or empty directory. Inside one store a regular file is cloned: no bytes
 * move, and an existing target is replaced in one change.
 */
final class Copy {

  /** An option beside the standard ones, by name as not every JDK exports it. */
  private static final String INTERRUPTIBLE = "com.sun.nio.file.ExtendedCopyOption.INTERRUPTIBLE";

  /**
   * What the options say.
   *
   * @param interruptible whether an interrupt ends a copy that moves bytes
   */
  record Mode(boolean replace, boolean attributes, boolean followLinks, boolean interruptible) {
    static Mode ofCopy(CopyOption... options) {
      boolean replace = false;
      boolean attributes = false;
      boolean follow = true;
      boolean interruptible = false;
      for (CopyOption option : options) {
        if (option == StandardCopyOption.REPLACE_EXISTING) {
          replace = true;
        } else if (option == StandardCopyOption.COPY_ATTRIBUTES) {
          attributes = true;
        } else if (option == LinkOption.NOFOLLOW_LINKS) {
          follow = false;
        } else if (isInterruptible(option)) {
          interruptible = true;
        } else {
          throw new UnsupportedOperationException(
              "copy option " + Objects.requireNonNull(option) + " is not supported");
        }
      }
      return new Mode(replace, attributes, follow, interruptible);
    }

    private static boolean isInterruptible(CopyOption option) {
      return option instanceof Enum<?> constant
          && INTERRUPTIBLE.equals(constant.getDeclaringClass().getName() + "." + constant.name());
    }
  }

  private final DedupPath source;
  private final DedupPath target;
  private final Mode mode;
  private final StoreFileSystem from;
  private final StoreFileSystem to;

  Copy(DedupPath source, DedupPath target, Mode mode) {
    this.source = source;
    this.target = target;
    this.mode = mode;
    this.from = source.getFileSystem();
    this.to = target.getFileSystem();
  }

  void run() throws IOException {
    Inode inode = Namespace.existing(source, mode.followLinks());
    PathLookup there = to.run(target, tree -> Namespace.lookup(tree, target, false));
    Inode occupant = there.inode();
    if (occupant != null) {
      if (from == to && isSource(inode, occupant)) {
        return;
      }
      if (!mode.replace()) {
        throw new FileAlreadyExistsException(target.toString());
      }
    }
    boolean cloned = from == to && inode.isRegular();
    boolean replacesFile = cloned && occupant != null && !occupant.isDirectory();
    if (occupant != null && !replacesFile) {
      Namespace.delete(target);
    }
    NewFile file = NewFiles.copyOf(to.options(), inode.type(), inode.mode(), inode.rdev());
    if (cloned) {
      to.change(target, tree -> cloneFile(tree, inode, file, replacesFile));
    } else if (inode.isRegular()) {
      new StreamCopy(source, target, file, mode.interruptible()).run();
      copyAttributes(inode);
    } else {
      create(inode, file);
      copyAttributes(inode);
    }
  }

  /** Whether the target is the source, or the very link that led to it. */
  private boolean isSource(Inode inode, Inode occupant) throws IOException {
    return occupant.number().equals(inode.number())
        || (occupant.isSymlink()
            && occupant.number().equals(Namespace.existing(source, false).number()));
  }

  private void cloneFile(Tree tree, Inode inode, NewFile file, boolean replace) throws IOException {
    PathLookup there = Namespace.lookup(tree, target, false);
    FileName name = there.name();
    if (name == null) {
      throw new TreeException(Failure.EXISTS);
    }
    tree.cloneFile(inode.number(), there.parent(), name, file, mode.attributes(), replace);
  }

  private void create(Inode inode, NewFile file) throws IOException {
    byte[] link =
        inode.isSymlink() ? from.run(source, tree -> tree.readSymlink(inode.number())) : null;
    to.change(
        target,
        tree -> {
          Place place = Namespace.vacant(tree, target);
          if (link != null) {
            tree.makeSymlink(place.directory(), place.name(), link, file);
          } else if (inode.type() == FileType.DIRECTORY) {
            tree.makeDirectory(place.directory(), place.name(), file);
          } else {
            tree.create(place.directory(), place.name(), file);
          }
        });
  }

  private void copyAttributes(Inode inode) throws IOException {
    if (!mode.attributes()) {
      return;
    }
    Inode copy = Namespace.existing(target, false);
    for (byte[] name : from.run(source, tree -> tree.listXattrs(inode.number()))) {
      byte[] value = from.run(source, tree -> tree.getXattr(inode.number(), name));
      if (value != null) {
        to.change(target, tree -> tree.setXattr(copy.number(), name, value, false, false));
      }
    }
    // Last, as setting an extended attribute is a change of its own.
    to.change(target, tree -> tree.setAttributes(copy.number(), allOf(inode)));
  }

  private static AttributeChange allOf(Inode inode) {
    return new AttributeChange(
        inode.isSymlink() ? null : Integer.valueOf(inode.mode() & 07777),
        inode.uid(),
        inode.gid(),
        inode.accessNanos(),
        inode.modifyNanos(),
        inode.birthNanos());
  }
}
