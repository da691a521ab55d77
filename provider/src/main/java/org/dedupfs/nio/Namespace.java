package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.NotLinkException;
import java.nio.file.attribute.FileAttribute;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.PathLookup;
import org.dedupfs.tree.Tree;
import org.dedupfs.tree.TreeException;
import org.dedupfs.tree.TreeException.Failure;

/** Operations on names: look up, create, link, delete. */
final class Namespace {

  /** A name in a directory. */
  record Place(InodeNumber directory, FileName name) {}

  private Namespace() {}

  /** Where a path leads; of the last name, only what is there. */
  static PathLookup lookup(Tree tree, DedupPath path, boolean follow) throws IOException {
    return path.lookup(tree, follow);
  }

  /** What a path leads to; NO_ENTRY if nothing. */
  static Inode existing(Tree tree, DedupPath path, boolean follow) throws IOException {
    Inode inode = lookup(tree, path, follow).inode();
    if (inode == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    return inode;
  }

  /** What a path leads to; {@code NoSuchFileException} if nothing. */
  static Inode existing(DedupPath path, boolean follow) throws IOException {
    return path.getFileSystem().run(path, tree -> existing(tree, path, follow));
  }

  /** Where something new is to be; EXISTS if something is there. */
  static Place vacant(Tree tree, DedupPath path) throws IOException {
    PathLookup found = lookup(tree, path, false);
    FileName name = found.name();
    if (name == null || found.inode() != null) {
      throw new TreeException(Failure.EXISTS);
    }
    return new Place(found.parent(), name);
  }

  /** Where something is or is to be; INVALID if the path ends in the root, a dot or two. */
  static Place place(Tree tree, DedupPath path) throws IOException {
    PathLookup found = lookup(tree, path, false);
    FileName name = found.name();
    if (name == null) {
      throw new TreeException(Failure.INVALID);
    }
    return new Place(found.parent(), name);
  }

  /** Where something is; NO_ENTRY if nothing. */
  static Place occupied(Tree tree, DedupPath path) throws IOException {
    PathLookup found = lookup(tree, path, false);
    FileName name = found.name();
    if (found.inode() == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    if (name == null) {
      throw new TreeException(Failure.INVALID);
    }
    return new Place(found.parent(), name);
  }

  static void createDirectory(DedupPath path, FileAttribute<?>... attributes) throws IOException {
    StoreFileSystem fileSystem = path.getFileSystem();
    NewFile asked = NewFiles.directory(fileSystem.options(), attributes);
    NewFile file = TemporaryFiles.arePrivate(path, attributes) ? NewFiles.privately(asked) : asked;
    fileSystem.change(
        path,
        tree -> {
          Place place = vacant(tree, path);
          tree.makeDirectory(place.directory(), place.name(), file);
        });
  }

  static void createSymbolicLink(DedupPath link, DedupPath target, FileAttribute<?>... attributes)
      throws IOException {
    createSymbolicLink(link, target.bytes().clone(), attributes);
  }

  /** Takes ownership of {@code target}. */
  static void createSymbolicLink(DedupPath link, byte[] target, FileAttribute<?>... attributes)
      throws IOException {
    StoreFileSystem fileSystem = link.getFileSystem();
    NewFile file = NewFiles.symlink(fileSystem.options(), attributes);
    fileSystem.change(
        link,
        tree -> {
          Place place = vacant(tree, link);
          tree.makeSymlink(place.directory(), place.name(), target, file);
        });
  }

  /** Gives what {@code existing} names, a symbolic link itself included, one more name. */
  static void createLink(DedupPath link, DedupPath existing) throws IOException {
    StoreFileSystem fileSystem = link.getFileSystem();
    if (existing.getFileSystem() != fileSystem) {
      throw otherStore(link, existing);
    }
    fileSystem.run(
        link,
        existing,
        tree -> {
          Inode inode = existing(tree, existing, false);
          Place place = vacant(tree, link);
          return tree.link(inode.number(), place.directory(), place.name());
        });
  }

  /** Gives a file that was opened by {@code existing} one more name. */
  static void createLink(DedupPath link, DedupPath existing, InodeNumber inode) throws IOException {
    StoreFileSystem fileSystem = existing.getFileSystem();
    if (link.getFileSystem() != fileSystem) {
      throw otherStore(link, existing);
    }
    fileSystem.run(
        link,
        existing,
        tree -> {
          Place place = vacant(tree, link);
          return tree.link(inode, place.directory(), place.name());
        });
  }

  static DedupFileSystemException otherStore(DedupPath path, DedupPath other) {
    return new DedupFileSystemException(
        path.toString(), other.toString(), Reason.OTHER_STORE, "The paths are in two stores");
  }

  static DedupPath readSymbolicLink(DedupPath link) throws IOException {
    return link.getFileSystem().path(targetOf(link));
  }

  static byte[] targetOf(DedupPath link) throws IOException {
    StoreFileSystem fileSystem = link.getFileSystem();
    Inode inode = existing(link, false);
    if (!inode.isSymlink()) {
      throw new NotLinkException(link.toString());
    }
    return fileSystem.run(link, tree -> tree.readSymlink(inode.number()));
  }

  static void delete(DedupPath path) throws IOException {
    path.getFileSystem().change(path, tree -> delete(tree, path));
  }

  /** Removes a file, a link itself, or an empty directory. */
  static void delete(Tree tree, DedupPath path) throws IOException {
    PathLookup found = lookup(tree, path, false);
    Inode inode = found.inode();
    FileName name = found.name();
    if (inode == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    if (name == null) {
      throw new TreeException(unnamed(path, inode));
    }
    if (inode.isDirectory()) {
      tree.removeDirectory(found.parent(), name);
    } else {
      tree.unlink(found.parent(), name);
    }
  }

  /** Why a path that ends in the root, {@code .} or {@code ..} cannot be removed or renamed. */
  private static Failure unnamed(DedupPath path, Inode inode) {
    if (inode.number().equals(InodeNumber.ROOT)) {
      return Failure.BUSY;
    }
    DedupPath last = path.getFileName();
    return last != null && last.bytes().length == 2 ? Failure.NOT_EMPTY : Failure.INVALID;
  }
}
