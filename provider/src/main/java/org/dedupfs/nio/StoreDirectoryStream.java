package org.dedupfs.nio;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a directory, fetched batch by batch: weakly consistent, and never more than a
 * batch in memory. Bound to the directory, not to its name.
 */
final class StoreDirectoryStream implements DirectoryStream<Path> {
  private static final int BATCH_ENTRIES = 256;

  private final DedupPath path;
  private final InodeNumber directory;
  private final Filter<? super Path> filter;
  private volatile boolean open = true;

  @GuardedBy("this")
  private boolean iterated;

  private StoreDirectoryStream(DedupPath path, InodeNumber directory, Filter<? super Path> filter) {
    this.path = path;
    this.directory = directory;
    this.filter = filter;
  }

  static StoreDirectoryStream open(DedupPath path, Filter<? super Path> filter) throws IOException {
    Inode inode;
    try {
      inode = Namespace.existing(path, true);
    } catch (DedupFileSystemException e) {
      if (e.reason() == Reason.NOT_DIRECTORY) {
        throw new NotDirectoryException(path.toString());
      }
      throw e;
    }
    if (!inode.isDirectory()) {
      throw new NotDirectoryException(path.toString());
    }
    return path.getFileSystem().register(new StoreDirectoryStream(path, inode.number(), filter));
  }

  @Override
  public synchronized Iterator<Path> iterator() {
    if (!open) {
      throw path.getFileSystem().isOpen()
          ? new IllegalStateException("Directory stream is closed")
          : new ClosedDirectoryStreamException();
    }
    if (iterated) {
      throw new IllegalStateException("Iterator already obtained");
    }
    iterated = true;
    return new Entries();
  }

  @Override
  public void close() {
    open = false;
    path.getFileSystem().forget(this);
  }

  /** Ends when the stream is closed, as if there were no more entries. */
  private final class Entries implements Iterator<Path> {
    @GuardedBy("this")
    private Iterator<Dentry> batch = List.<Dentry>of().iterator();

    @GuardedBy("this")
    private long lastCookie;

    @GuardedBy("this")
    private boolean exhausted;

    @GuardedBy("this")
    private @Nullable Path ahead;

    @Override
    public synchronized boolean hasNext() {
      if (ahead == null) {
        ahead = advance();
      }
      return ahead != null;
    }

    @Override
    public synchronized Path next() {
      Path result = ahead == null ? advance() : ahead;
      ahead = null;
      if (result == null) {
        throw new NoSuchElementException();
      }
      return result;
    }

    private synchronized @Nullable Path advance() {
      try {
        while (open && (batch.hasNext() || fetch())) {
          Dentry entry = batch.next();
          lastCookie = entry.cookie();
          Path candidate = path.child(entry.name().toBytes());
          if (filter.accept(candidate)) {
            return candidate;
          }
        }
        return null;
      } catch (IOException e) {
        throw new DirectoryIteratorException(e);
      }
    }

    private synchronized boolean fetch() throws IOException {
      if (exhausted) {
        return false;
      }
      long after = lastCookie;
      try {
        List<Dentry> entries =
            path.getFileSystem().run(path, tree -> tree.list(directory, after, BATCH_ENTRIES));
        exhausted = entries.size() < BATCH_ENTRIES;
        batch = entries.iterator();
        return !entries.isEmpty();
      } catch (NoSuchFileException e) {
        // Removed while it was being read: it has no more entries.
        exhausted = true;
        return false;
      } catch (ClosedFileSystemException e) {
        return false;
      }
    }
  }
}
