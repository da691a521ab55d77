package org.dedupfs.nio;

import java.io.IOException;
import org.dedupfs.content.ContentUsage;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.AttributeChange;
import org.dedupfs.tree.OpenFile;
import org.dedupfs.tree.Tree;
import org.dedupfs.tree.TreeException;
import org.dedupfs.tree.TreeException.Failure;

/** Whose attributes a view is about: what a path leads to each time, or one inode. */
final class AttributeTarget {

  /** Finds the inode. */
  interface Finder {
    Inode find(Tree tree) throws IOException;
  }

  private final DedupPath path;
  private final Finder finder;

  private AttributeTarget(DedupPath path, Finder finder) {
    this.path = path;
    this.finder = finder;
  }

  static AttributeTarget of(DedupPath path, boolean follow) {
    return new AttributeTarget(path, tree -> Namespace.existing(tree, path, follow));
  }

  /** What a path from an open directory leads to; {@code open} throws once that is closed. */
  static AttributeTarget of(DedupPath path, boolean follow, Runnable open) {
    return new AttributeTarget(
        path,
        tree -> {
          open.run();
          return Namespace.existing(tree, path, follow);
        });
  }

  /** One inode; {@code open} throws once it is not to be told any more. */
  static AttributeTarget of(DedupPath path, InodeNumber inode, Runnable open) {
    return new AttributeTarget(
        path,
        tree -> {
          open.run();
          return tree.stat(inode);
        });
  }

  static AttributeTarget of(DedupPath path, OpenFile file) {
    return new AttributeTarget(path, tree -> file.stat());
  }

  static AttributeTarget of(DedupPath path, InodeNumber inode) {
    return new AttributeTarget(path, tree -> tree.stat(inode));
  }

  DedupPath path() {
    return path;
  }

  InodeAttributes read() throws IOException {
    StoreFileSystem fileSystem = path.getFileSystem();
    return new InodeAttributes(fileSystem.run(path, finder::find), fileSystem.device());
  }

  /** Permissions of a symbolic link cannot be set: they are always rwxrwxrwx, as on Linux. */
  void change(AttributeChange change) throws IOException {
    path.getFileSystem()
        .change(
            path,
            tree -> {
              Inode inode = finder.find(tree);
              if (inode.isSymlink() && change.permissions() != null) {
                throw new TreeException(Failure.NOT_SUPPORTED);
              }
              tree.setAttributes(inode.number(), change);
            });
  }

  /** What it costs; nothing if it is no regular file. */
  ContentUsage usage() throws IOException {
    return path.getFileSystem()
        .run(
            path,
            tree -> {
              Inode inode = finder.find(tree);
              if (!inode.isRegular()) {
                return ContentUsage.NONE;
              }
              try (OpenFile file = tree.open(inode.number())) {
                return file.usage();
              }
            });
  }

  /** Something done to the inode. */
  interface InodeCall<T> {
    T apply(Tree tree, InodeNumber inode) throws IOException;
  }

  <T> T with(InodeCall<T> call) throws IOException {
    return path.getFileSystem().run(path, tree -> call.apply(tree, finder.find(tree).number()));
  }
}
