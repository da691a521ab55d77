package org.dedupfs.nio;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Path;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.metadata.InodeNumber;

/** What channels do with the file they are open on, whether it has bytes or not. */
abstract class InodeChannel extends DedupFileChannel {
  final DedupPath path;
  final StoreFileSystem fileSystem;

  /** Something done to the file that tells a number. */
  interface Work {
    long run() throws IOException;
  }

  private final boolean interruptible;

  InodeChannel(DedupPath path, boolean interruptible) {
    this.path = path;
    this.fileSystem = path.getFileSystem();
    this.interruptible = interruptible;
  }

  abstract InodeNumber inode();

  /** The file, whatever its names are. */
  abstract AttributeTarget target();

  /** Fails if no such lock can be held. */
  abstract void requireLockable(boolean shared) throws IOException;

  /**
   * Does something that fails when the channel is closed or, unless it is below a stream, its
   * thread interrupted meanwhile.
   */
  final long perform(Work work) throws IOException {
    if (!interruptible) {
      return performUninterruptibly(work);
    }
    boolean completed = false;
    begin();
    try {
      if (!isOpen()) {
        return -1; // end() says why.
      }
      long result = fileSystem.run(path, tree -> work.run());
      completed = true;
      return result;
    } catch (ClosedFileSystemException e) {
      throw new AsynchronousCloseException();
    } finally {
      end(completed);
    }
  }

  private long performUninterruptibly(Work work) throws IOException {
    if (!isOpen()) {
      throw new AsynchronousCloseException();
    }
    try {
      return fileSystem.run(path, tree -> work.run());
    } catch (ClosedFileSystemException e) {
      throw new AsynchronousCloseException();
    } catch (IOException e) {
      if (!isOpen()) { // that is why, whatever it looks like further down
        AsynchronousCloseException closed = new AsynchronousCloseException();
        closed.initCause(e);
        throw closed;
      }
      throw e;
    }
  }

  static void requireNotNegative(long value, String what) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " is negative: " + value);
    }
  }

  final void ensureOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public final UnixFileAttributeView attributeView() {
    return new InodeAttributeView("unix", target());
  }

  @Override
  public final ExtendedAttributeView extendedAttributes() {
    return new XattrView(target());
  }

  @Override
  public final DedupFileAttributeView dedupAttributes() {
    return new DedupView(target());
  }

  @Override
  public final void linkTo(Path newName) throws IOException {
    ensureOpen();
    Namespace.createLink(DedupPath.cast(newName), path, inode());
  }

  @Override
  public final FileLock lock(long at, long size, boolean shared) throws IOException {
    try {
      return tryLock(at, size, shared);
    } catch (ClosedByInterruptException e) {
      throw new FileLockInterruptionException();
    }
  }

  /** Only this process can have the store open, so that no lock is ever waited for. */
  @Override
  public final FileLock tryLock(long at, long size, boolean shared) throws IOException {
    ensureOpen();
    requireLockable(shared);
    StoreFileLock lock =
        new StoreFileLock(
            this, inode(), fileSystem.locks(), new StoreFileLock.Range(at, size, shared));
    perform(
        () -> {
          fileSystem.locks().add(inode(), lock);
          return 0;
        });
    return lock;
  }
}
