package org.dedupfs.nio;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.Watchable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.DirectoryListener;
import org.jspecify.annotations.Nullable;

/** One watched directory: bound to the directory, not to the path it was registered by. */
final class StoreWatchKey implements WatchKey, DirectoryListener {
  /** As the JDK's: whoever lags more than this is told of an overflow, and nothing else. */
  static final int MOST_EVENTS = 512;

  private final StoreWatchService service;
  private final DedupPath path;
  private final InodeNumber directory;
  private final ReentrantLock lock;

  @GuardedBy("lock")
  private Set<WatchEvent.Kind<?>> kinds;

  @GuardedBy("lock")
  private List<Event> events = new ArrayList<>();

  /** The last event of a name, where that is a modification. */
  @GuardedBy("lock")
  private final Map<Path, Event> modifications = new HashMap<>();

  @GuardedBy("lock")
  private @Nullable Closeable watch;

  @GuardedBy("lock")
  private boolean signalled;

  @GuardedBy("lock")
  private boolean ended;

  private volatile boolean valid = true;

  StoreWatchKey(
      StoreWatchService service,
      DedupPath path,
      InodeNumber directory,
      Set<WatchEvent.Kind<?>> kinds) {
    this.service = service;
    this.path = path;
    this.directory = directory;
    this.lock = service.lock();
    this.kinds = kinds;
  }

  /** What has happened, and how often. */
  private static final class Event implements WatchEvent<Path> {
    private final Kind<?> kind;
    private final @Nullable Path context;
    private volatile int count = 1;

    Event(Kind<?> kind, @Nullable Path context) {
      this.kind = kind;
      this.context = context;
    }

    @Override
    @SuppressWarnings("unchecked") // OVERFLOW has no context, all others have a path.
    public Kind<Path> kind() {
      return (Kind<Path>) kind;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public @Nullable Path context() {
      return context;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Under the lock; read without.
    void again() {
      count++;
    }

    boolean is(Kind<?> other, Path name) {
      return kind == other && name.equals(context);
    }
  }

  InodeNumber directory() {
    return directory;
  }

  /** Takes over what tells of the directory. */
  void start(Closeable started) {
    lock.lock();
    try {
      if (ended) {
        close(started);
      } else {
        watch = started;
      }
    } finally {
      lock.unlock();
    }
  }

  void watchFor(Set<WatchEvent.Kind<?>> others) {
    lock.lock();
    try {
      kinds = others;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void created(FileName name) {
    happened(StandardWatchEventKinds.ENTRY_CREATE, name);
  }

  @Override
  public void deleted(FileName name) {
    happened(StandardWatchEventKinds.ENTRY_DELETE, name);
  }

  @Override
  public void modified(FileName name) {
    happened(StandardWatchEventKinds.ENTRY_MODIFY, name);
  }

  @Override
  public void lost() {
    lock.lock();
    try {
      if (valid) {
        overflow();
        signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void gone() {
    lock.lock();
    try {
      if (valid) {
        end();
        signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void happened(WatchEvent.Kind<?> kind, FileName name) {
    lock.lock();
    try {
      if (valid && kinds.contains(kind)) {
        add(kind, path.getFileSystem().path(name.toBytes()));
        signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void add(WatchEvent.Kind<?> kind, DedupPath name) {
    Event last = events.isEmpty() ? null : events.get(events.size() - 1);
    boolean modification = kind == StandardWatchEventKinds.ENTRY_MODIFY;
    if (last != null && (last.context() == null || last.is(kind, name))) {
      last.again();
      return;
    }
    Event earlier = modification ? modifications.get(name) : modifications.remove(name);
    if (earlier != null && modification) {
      earlier.again();
      return;
    }
    if (events.size() >= MOST_EVENTS) {
      overflow();
      return;
    }
    Event event = new Event(kind, name);
    events.add(event);
    if (modification) {
      modifications.put(name, event);
    }
  }

  @GuardedBy("lock")
  private void overflow() {
    events.clear();
    modifications.clear();
    events.add(new Event(StandardWatchEventKinds.OVERFLOW, null));
  }

  @GuardedBy("lock")
  private void signal() {
    if (!signalled) {
      signalled = true;
      service.enqueue(this);
    }
  }

  @Override
  public boolean isValid() {
    return valid;
  }

  @Override
  public List<WatchEvent<?>> pollEvents() {
    lock.lock();
    try {
      List<WatchEvent<?>> taken = new ArrayList<>(events);
      events = new ArrayList<>();
      modifications.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean reset() {
    lock.lock();
    try {
      if (valid && signalled) {
        signalled = false;
        if (!events.isEmpty()) {
          signal();
        }
      }
      return valid;
    } finally {
      lock.unlock();
    }
  }

  /** Idempotent; what has happened before can still be polled. */
  @Override
  public void cancel() {
    lock.lock();
    try {
      end();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void end() {
    valid = false;
    ended = true;
    service.forget(this);
    Closeable started = watch;
    watch = null;
    if (started != null) {
      close(started);
    }
  }

  private static void close(Closeable started) {
    try {
      started.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A watch of the tree never fails to end.
    }
  }

  @Override
  public Watchable watchable() {
    return path;
  }
}
