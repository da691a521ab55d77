package org.dedupfs.nio;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.NotDirectoryException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * Watches directories of one store: told by the tree of every change as it becomes visible, through
 * whichever door it comes. Safe for any number of threads.
 */
final class StoreWatchService implements WatchService {
  private static final Set<WatchEvent.Kind<?>> KINDS =
      Set.of(
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_DELETE,
          StandardWatchEventKinds.ENTRY_MODIFY);

  /** Which polling providers obey, and all others ignore; named, as its module may be missing. */
  private static final String SENSITIVITY = "com.sun.nio.file.SensitivityWatchEventModifier";

  private final StoreFileSystem fileSystem;

  /** The lock of the service and all its keys: events come from within changes, so it is inner. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Deque<StoreWatchKey> signalled = new ArrayDeque<>();

  @GuardedBy("lock")
  private final Map<InodeNumber, StoreWatchKey> keys = new HashMap<>();

  private volatile boolean open = true;

  StoreWatchService(StoreFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  StoreFileSystem fileSystem() {
    return fileSystem;
  }

  ReentrantLock lock() {
    return lock;
  }

  /**
   * Watches a directory; one that is watched already keeps its key, with other kinds of events.
   *
   * @throws NotDirectoryException if the path leads to something else
   */
  WatchKey register(DedupPath path, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
      throws IOException {
    Set<WatchEvent.Kind<?>> kinds = kinds(events);
    for (WatchEvent.Modifier modifier : modifiers) {
      if (!Objects.requireNonNull(modifier).getClass().getName().equals(SENSITIVITY)) {
        throw new UnsupportedOperationException("modifier " + modifier + " is not supported");
      }
    }
    checkOpen();
    Inode inode = Namespace.existing(path, true);
    if (!inode.isDirectory()) {
      throw new NotDirectoryException(path.toString());
    }
    StoreWatchKey present = withKinds(inode.number(), kinds);
    if (present != null) {
      return present;
    }
    StoreWatchKey key = new StoreWatchKey(this, path, inode.number(), kinds);
    Closeable watch = fileSystem.run(path, tree -> tree.watch(inode.number(), key));
    lock.lock();
    try {
      StoreWatchKey faster = open ? withKinds(inode.number(), kinds) : null;
      if (open && faster == null) {
        key.start(watch);
        keys.put(inode.number(), key);
        return key;
      }
      watch.close();
      checkOpen();
      return Objects.requireNonNull(faster);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable StoreWatchKey withKinds(InodeNumber directory, Set<WatchEvent.Kind<?>> kinds) {
    lock.lock();
    try {
      StoreWatchKey present = keys.get(directory);
      if (present != null) {
        present.watchFor(kinds);
      }
      return present;
    } finally {
      lock.unlock();
    }
  }

  private static Set<WatchEvent.Kind<?>> kinds(WatchEvent.Kind<?>... events) {
    if (events.length == 0) {
      throw new IllegalArgumentException("no kind of event to watch for");
    }
    Set<WatchEvent.Kind<?>> kinds = new HashSet<>();
    for (WatchEvent.Kind<?> kind : events) {
      if (KINDS.contains(Objects.requireNonNull(kind))) {
        kinds.add(kind);
      } else if (kind != StandardWatchEventKinds.OVERFLOW) {
        throw new UnsupportedOperationException("event kind " + kind.name() + " is not supported");
      }
    }
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("no kind of event to watch for but OVERFLOW");
    }
    return kinds;
  }

  /** Has somebody take the key. */
  void enqueue(StoreWatchKey key) {
    lock.lock();
    try {
      signalled.addLast(key);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The key is not valid any more. */
  void forget(StoreWatchKey key) {
    lock.lock();
    try {
      keys.remove(key.directory(), key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable WatchKey poll() {
    lock.lock();
    try {
      checkOpen();
      return signalled.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable WatchKey poll(long timeout, TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(timeout);
    lock.lockInterruptibly();
    try {
      checkOpen();
      while (signalled.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
        checkOpen();
      }
      return signalled.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public WatchKey take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      checkOpen();
      while (signalled.isEmpty()) {
        changed.await();
        checkOpen();
      }
      return signalled.removeFirst();
    } finally {
      lock.unlock();
    }
  }

  private void checkOpen() {
    if (!open) {
      throw new ClosedWatchServiceException();
    }
  }

  /** Idempotent: cancels all keys, and wakes all who wait. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      open = false;
      for (StoreWatchKey key : new ArrayList<>(keys.values())) {
        key.cancel();
      }
      signalled.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    fileSystem.forget(this);
  }
}
