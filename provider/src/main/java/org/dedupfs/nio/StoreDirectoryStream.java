package org.dedupfs.nio;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.nio.Namespace.Place;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a directory, fetched batch by batch: weakly consistent, and never more than a
 * batch in memory. Bound to the directory, not to its name: what is done relative to it is done
 * there, wherever it was moved to.
 */
final class StoreDirectoryStream implements SecureDirectoryStream<Path> {
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
    return open(path, path, true, filter);
  }

  /**
   * Opens a directory.
   *
   * @param path by which it is found
   * @param shown what the paths of its entries start with
   */
  private static StoreDirectoryStream open(
      DedupPath path, DedupPath shown, boolean follow, Filter<? super Path> filter)
      throws IOException {
    Inode inode;
    try {
      inode = Namespace.existing(path, follow);
    } catch (DedupFileSystemException e) {
      if (e.reason() == Reason.NOT_DIRECTORY) {
        throw new NotDirectoryException(path.toString());
      }
      throw e;
    }
    if (!inode.isDirectory()) {
      throw new NotDirectoryException(path.toString());
    }
    return path.getFileSystem().register(new StoreDirectoryStream(shown, inode.number(), filter));
  }

  private void checkOpen() {
    if (!open) {
      throw new ClosedDirectoryStreamException();
    }
  }

  private DedupPath anchored(Path relative) {
    DedupPath ours = ofThisStore(relative);
    checkOpen();
    return ours.anchoredAt(directory);
  }

  /** Names of another store's entries mean entries of this directory; its absolute paths do not. */
  private DedupPath ofThisStore(Path given) {
    DedupPath any = DedupPath.cast(given);
    if (any.getFileSystem() == path.getFileSystem()) {
      return any;
    }
    if (any.isAbsolute()) {
      throw new ProviderMismatchException(any + " is of another store");
    }
    return path.getFileSystem().getPath(any.toString());
  }

  @Override
  public SecureDirectoryStream<Path> newDirectoryStream(Path relative, LinkOption... options)
      throws IOException {
    DedupPath below = anchored(relative);
    DedupPath shown = path.resolve(ofThisStore(relative));
    return open(below, shown, LinkOptions.follow(options), entry -> true);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path relative, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return new FileOpening(anchored(relative), OpenMode.of(options), attributes).open();
  }

  @Override
  public void deleteFile(Path relative) throws IOException {
    DedupPath below = anchored(relative);
    path.getFileSystem()
        .change(
            below,
            tree -> {
              Place place = Namespace.occupied(tree, below);
              tree.unlink(place.directory(), place.name());
            });
  }

  @Override
  public void deleteDirectory(Path relative) throws IOException {
    DedupPath below = anchored(relative);
    path.getFileSystem()
        .change(
            below,
            tree -> {
              Place place = Namespace.occupied(tree, below);
              tree.removeDirectory(place.directory(), place.name());
            });
  }

  /** In one change; whatever had the new name is replaced, as by {@code renameat}. */
  @Override
  public void move(Path relative, SecureDirectoryStream<Path> targetDirectory, Path targetRelative)
      throws IOException {
    DedupPath from = anchored(relative);
    DedupPath target = DedupPath.cast(targetRelative);
    if (!(Objects.requireNonNull(targetDirectory) instanceof StoreDirectoryStream ours)) {
      throw new ProviderMismatchException("the target directory is not one of a dedup: store");
    }
    if (ours.path.getFileSystem() != path.getFileSystem()) {
      throw new AtomicMoveNotSupportedException(
          from.toString(), target.toString(), "the directories are in two stores");
    }
    DedupPath to = ours.anchored(target);
    path.getFileSystem()
        .run(
            from,
            to,
            tree -> {
              Place old = Namespace.occupied(tree, from);
              Place next = Namespace.place(tree, to);
              tree.rename(old.directory(), old.name(), next.directory(), next.name(), true);
              return Boolean.TRUE;
            });
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(Class<V> type) {
    return AttributeViews.of(AttributeTarget.of(path, directory, this::checkOpen), type);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path relative, Class<V> type, LinkOption... options) {
    DedupPath below = ofThisStore(relative).anchoredAt(directory);
    return AttributeViews.of(
        AttributeTarget.of(below, LinkOptions.follow(options), this::checkOpen), type);
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
