package org.dedupfs.tree;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * Who watches which directory. Changes of names are told within the change that makes them, after
 * it was published: that keeps their order. Changes of files are known by inode; which name is told
 * is that by which the file was last found, as on Linux, or else is searched for.
 *
 * <p>Safe for any number of threads; costs one look at an empty map while nobody watches.
 */
final class DirectoryWatches {
  private static final int MOST_PLACES = 8192;
  private static final int ENTRIES_PER_READ = 1024;

  private final TreeRows rows;
  private final Map<InodeNumber, List<DirectoryListener>> listeners = new ConcurrentHashMap<>();

  /** Where files are, empty for those in no watched directory; what is missing is not known. */
  @GuardedBy("this")
  private final Map<InodeNumber, Optional<Place>> places =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InodeNumber, Optional<Place>> eldest) {
          return size() > MOST_PLACES;
        }
      };

  /** How often {@link #places} was changed by more than a search. */
  @GuardedBy("this")
  private long version;

  private record Place(InodeNumber directory, FileName name) {}

  DirectoryWatches(TreeRows rows) {
    this.rows = rows;
  }

  /** Has {@code listener} told until the result is closed. */
  Closeable watch(InodeNumber directory, DirectoryListener listener) {
    listeners.compute(
        directory,
        (key, present) -> {
          List<DirectoryListener> all = present == null ? new CopyOnWriteArrayList<>() : present;
          all.add(listener);
          return all;
        });
    synchronized (this) {
      version++;
      places.clear();
    }
    return () ->
        listeners.computeIfPresent(
            directory,
            (key, present) -> {
              present.remove(listener);
              return present.isEmpty() ? null : present;
            });
  }

  /** Within the change that made the name, once it is published. */
  void created(InodeNumber directory, FileName name, InodeNumber inode) {
    if (!listeners.isEmpty()) {
      put(directory, name, inode);
      tell(directory, listener -> listener.created(name));
    }
  }

  /** Within the change that took the name away, once it is published. */
  void deleted(InodeNumber directory, FileName name, InodeNumber inode) {
    if (!listeners.isEmpty()) {
      synchronized (this) {
        version++;
        places.remove(inode);
      }
      tell(directory, listener -> listener.deleted(name));
    }
  }

  /** Within the change that removed the directory, once it is published. */
  void gone(InodeNumber directory) {
    tell(directory, DirectoryListener::gone);
  }

  /** A path led to a file by this name. */
  void found(InodeNumber directory, FileName name, InodeNumber inode) {
    if (!listeners.isEmpty() && listeners.containsKey(directory)) {
      put(directory, name, inode);
    }
  }

  /** Of a file whose bytes or attributes have changed; outside of any change. */
  void modified(InodeNumber inode) {
    if (listeners.isEmpty()) {
      return;
    }
    Optional<Place> place;
    synchronized (this) {
      place = places.get(inode);
    }
    try {
      Optional<Place> known = place == null ? search(inode) : place;
      known.ifPresent(at -> tell(at.directory(), listener -> listener.modified(at.name())));
    } catch (IOException e) {
      // The change itself was made; that it cannot be told by name must not make it fail.
      listeners.keySet().forEach(each -> tell(each, DirectoryListener::lost));
    }
  }

  private void tell(InodeNumber directory, Consumer<DirectoryListener> event) {
    List<DirectoryListener> all = listeners.get(directory);
    if (all != null) {
      all.forEach(event);
    }
  }

  private synchronized void put(InodeNumber directory, FileName name, InodeNumber inode) {
    version++;
    if (listeners.containsKey(directory)) {
      places.put(inode, Optional.of(new Place(directory, name)));
    } else {
      places.putIfAbsent(inode, Optional.empty());
    }
  }

  private Optional<Place> search(InodeNumber inode) throws IOException {
    long before;
    synchronized (this) {
      before = version;
    }
    Optional<Place> found = Optional.empty();
    for (InodeNumber directory : Set.copyOf(listeners.keySet())) {
      FileName name = nameIn(directory, inode);
      if (name != null) {
        found = Optional.of(new Place(directory, name));
        break;
      }
    }
    synchronized (this) {
      if (version == before) {
        places.put(inode, found);
      }
    }
    return found;
  }

  private @Nullable FileName nameIn(InodeNumber directory, InodeNumber inode) throws IOException {
    long after = 0;
    while (true) {
      List<Dentry> entries = rows.entriesAfter(directory, after, ENTRIES_PER_READ);
      for (Dentry entry : entries) {
        if (entry.inode().equals(inode)) {
          return entry.name();
        }
        after = entry.cookie();
      }
      if (entries.size() < ENTRIES_PER_READ) {
        return null;
      }
    }
  }
}
