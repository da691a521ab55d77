package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.UnixFileAttributes;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;

/** A directory, by its inode; cookies are those of the tree. */
final class StoreDirectoryCursor implements DirectoryCursor {
  private final DedupPath path;
  private final InodeNumber directory;
  private volatile boolean open = true;

  private StoreDirectoryCursor(DedupPath path, InodeNumber directory) {
    this.path = path;
    this.directory = directory;
  }

  static StoreDirectoryCursor open(DedupPath path) throws IOException {
    Inode inode = Namespace.existing(path, true);
    if (!inode.isDirectory()) {
      throw new NotDirectoryException(path.toString());
    }
    return path.getFileSystem().register(new StoreDirectoryCursor(path, inode.number()));
  }

  @Override
  public List<Entry> read(long afterCookie, int limit) throws IOException {
    checkOpen();
    if (limit < 1 || afterCookie < 0) {
      throw new IllegalArgumentException("limit " + limit + ", cookie " + afterCookie);
    }
    try {
      return path
          .getFileSystem()
          .run(path, tree -> tree.list(directory, afterCookie, limit))
          .stream()
          .map(StoreDirectoryCursor::entry)
          .toList();
    } catch (NoSuchFileException e) {
      return List.of(); // Removed while it was being read: it has no more entries.
    }
  }

  private static Entry entry(Dentry entry) {
    return new Entry(
        entry.name().toBytes(), entry.cookie(), entry.inode().value(), entry.type().modeBits());
  }

  @Override
  public UnixFileAttributes attributes(Entry entry) throws IOException {
    checkOpen();
    return AttributeTarget.of(path.child(entry.name()), new InodeNumber(entry.ino())).read();
  }

  @Override
  public UnixFileAttributes attributes() throws IOException {
    checkOpen();
    return AttributeTarget.of(path, directory).read();
  }

  private void checkOpen() {
    if (!open) {
      throw new ClosedDirectoryStreamException();
    }
  }

  @Override
  public void close() {
    open = false;
    path.getFileSystem().forget(this);
  }
}
