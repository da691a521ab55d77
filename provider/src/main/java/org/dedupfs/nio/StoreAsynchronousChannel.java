package org.dedupfs.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.ClosedFileSystemException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.dedupfs.tree.OpenFile;
import org.jspecify.annotations.Nullable;

/**
 * A channel on a regular file whose operations run on threads of a pool, and whose handlers do too.
 * What is under way when it is closed fails with {@code AsynchronousCloseException}; whether it was
 * done then is not said, as with the JDK's.
 */
final class StoreAsynchronousChannel extends AsynchronousFileChannel {
  private final DedupPath path;
  private final StoreFileSystem fileSystem;
  private final OpenFile file;
  private final OpenMode mode;
  private final ExecutorService executor;
  private volatile boolean open = true;

  StoreAsynchronousChannel(DedupPath path, OpenFile file, OpenMode mode, ExecutorService executor) {
    this.path = path;
    this.fileSystem = path.getFileSystem();
    this.file = file;
    this.mode = mode;
    this.executor = executor;
  }

  /** Something done to the file. */
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T perform(Work<T> work) throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    try {
      T result = fileSystem.run(path, tree -> work.run());
      if (!open) {
        throw new AsynchronousCloseException();
      }
      return result;
    } catch (ClosedFileSystemException e) {
      throw new AsynchronousCloseException();
    } catch (IOException e) {
      throw open ? e : new AsynchronousCloseException();
    }
  }

  private <T> Future<T> submit(Work<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(
        () -> {
          try {
            result.complete(perform(work));
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        },
        result::completeExceptionally);
    return result;
  }

  private <T, A> void submit(
      Work<T> work, @Nullable A attachment, CompletionHandler<T, ? super A> handler) {
    Objects.requireNonNull(handler, "handler");
    execute(
        () -> {
          T result;
          try {
            result = perform(work);
          } catch (Throwable e) {
            handler.failed(e, attachment);
            return;
          }
          handler.completed(result, attachment);
        },
        failure -> handler.failed(failure, attachment));
  }

  /** What a closed channel answers is not left to a pool that may be shut down with it. */
  private void execute(Runnable task, java.util.function.Consumer<Throwable> refused) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      if (open) {
        throw e; // as the JDK's
      }
      refused.accept(new ClosedChannelException());
    }
  }

  private void requireReadable(ByteBuffer target, long at) {
    if (at < 0) {
      throw new IllegalArgumentException("position is negative: " + at);
    }
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    if (!mode.read()) {
      throw new NonReadableChannelException();
    }
  }

  private void requireWritable(ByteBuffer source, long at) {
    Objects.requireNonNull(source);
    if (at < 0) {
      throw new IllegalArgumentException("position is negative: " + at);
    }
    if (!mode.write()) {
      throw new NonWritableChannelException();
    }
  }

  private int readAt(ByteBuffer target, long at) throws IOException {
    return target.hasRemaining() ? file.read(at, target) : 0;
  }

  private int writeAt(ByteBuffer source, long at) throws IOException {
    int count = source.hasRemaining() ? file.write(at, source) : 0;
    if (mode.sync()) {
      file.sync();
    }
    return count;
  }

  @Override
  public <A> void read(
      ByteBuffer target,
      long at,
      @Nullable A attachment,
      CompletionHandler<Integer, ? super A> handler) {
    Objects.requireNonNull(handler);
    requireReadable(target, at);
    submit(() -> readAt(target, at), attachment, handler);
  }

  @Override
  public Future<Integer> read(ByteBuffer target, long at) {
    requireReadable(target, at);
    return submit(() -> readAt(target, at));
  }

  @Override
  public <A> void write(
      ByteBuffer source,
      long at,
      @Nullable A attachment,
      CompletionHandler<Integer, ? super A> handler) {
    Objects.requireNonNull(handler);
    requireWritable(source, at);
    submit(() -> writeAt(source, at), attachment, handler);
  }

  @Override
  public Future<Integer> write(ByteBuffer source, long at) {
    requireWritable(source, at);
    return submit(() -> writeAt(source, at));
  }

  @Override
  public long size() throws IOException {
    ensureOpen();
    return file.sizeBytes();
  }

  @Override
  public AsynchronousFileChannel truncate(long size) throws IOException {
    if (size < 0) {
      throw new IllegalArgumentException("size is negative: " + size);
    }
    ensureOpen();
    if (!mode.write()) {
      throw new NonWritableChannelException();
    }
    perform(
        () -> {
          if (size < file.sizeBytes()) {
            file.setSize(size);
          }
          return Boolean.TRUE;
        });
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    ensureOpen();
    perform(
        () -> {
          file.sync();
          return Boolean.TRUE;
        });
  }

  private void requireLockable(boolean shared) {
    if (shared && !mode.read()) {
      throw new NonReadableChannelException();
    }
    if (!shared && !mode.write()) {
      throw new NonWritableChannelException();
    }
  }

  /** Only this process can have the store open, so that no lock is ever waited for. */
  private StoreFileLock acquire(StoreFileLock.Range range) throws IOException {
    StoreFileLock lock = new StoreFileLock(this, file.inode(), fileSystem.locks(), range);
    fileSystem.locks().add(file.inode(), lock);
    return lock;
  }

  @Override
  public <A> void lock(
      long at,
      long size,
      boolean shared,
      @Nullable A attachment,
      CompletionHandler<FileLock, ? super A> handler) {
    Objects.requireNonNull(handler);
    requireLockable(shared);
    StoreFileLock.Range range = new StoreFileLock.Range(at, size, shared);
    tell(
        range,
        lock -> {
          submit(() -> given(lock), attachment, handler);
          return lock;
        });
  }

  @Override
  public Future<FileLock> lock(long at, long size, boolean shared) {
    requireLockable(shared);
    StoreFileLock.Range range = new StoreFileLock.Range(at, size, shared);
    return tell(range, lock -> submit(() -> given(lock)));
  }

  /** Tries to lock and has that told by a thread of the pool; no lock is kept if there is none. */
  private <T> T tell(StoreFileLock.Range range, Function<Object, T> telling) {
    Object lock = open ? tryNow(range) : new ClosedChannelException();
    boolean told = false;
    try {
      T result = telling.apply(lock);
      told = true;
      return result;
    } finally {
      if (!told && lock instanceof StoreFileLock held) {
        fileSystem.locks().remove(file.inode(), held);
      }
    }
  }

  /** The lock or the failure; that it overlaps another one is told at once. */
  private Object tryNow(StoreFileLock.Range range) {
    try {
      return acquire(range);
    } catch (IOException e) {
      return e;
    }
  }

  private static FileLock given(Object lock) throws IOException {
    if (lock instanceof IOException failure) {
      throw failure;
    }
    return (FileLock) lock;
  }

  @Override
  public FileLock tryLock(long at, long size, boolean shared) throws IOException {
    requireLockable(shared);
    ensureOpen();
    return acquire(new StoreFileLock.Range(at, size, shared));
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!open) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public synchronized void close() throws IOException {
    if (!open) {
      return;
    }
    open = false;
    fileSystem.locks().removeAll(file.inode(), this);
    fileSystem.forget(this);
    fileSystem.cleanUp(path, file::close);
  }
}
