package org.dedupfs.tree;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.WatchedPlaces.Answer;
import org.dedupfs.tree.WatchedPlaces.Known;
import org.dedupfs.tree.WatchedPlaces.Place;

/**
 * Who watches which directory. Changes of names are told within the change that makes them, after
 * it was published: that keeps their order. Changes of files are known by inode; which name is told
 * is that by which the file was last found, as on Linux, or else is searched for, once. A file
 * whose name is not known among very many is told of as a change that cannot be told.
 *
 * <p>Safe for any number of threads; costs one look at an empty map while nobody watches.
 */
final class DirectoryWatches {
  private static final int ENTRIES_PER_READ = 1024;

  /** What one search may look at, in all watched directories. */
  static final int MOST_ENTRIES_SEARCHED = 64 * ENTRIES_PER_READ;

  private final Entries entries;
  private final Map<InodeNumber, List<DirectoryListener>> listeners = new ConcurrentHashMap<>();
  private final WatchedPlaces places = new WatchedPlaces();

  /** Reads directories; as {@link TreeRows#entriesAfter}. */
  interface Entries {
    List<Dentry> after(InodeNumber directory, long cookie, int limit) throws IOException;
  }

  DirectoryWatches(Entries entries) {
    this.entries = entries;
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
    places.clear();
    return () ->
        listeners.computeIfPresent(
            directory,
            (key, present) -> {
              present.remove(listener);
              return present.isEmpty() ? null : present;
            });
  }

  /** As {@link #created}, of a file that had no name before. */
  void made(InodeNumber directory, FileName name, InodeNumber inode) {
    if (!listeners.isEmpty()) {
      if (listeners.containsKey(directory)) {
        created(directory, name, inode);
      } else {
        places.putElsewhere(inode);
        if (listeners.containsKey(directory)) {
          places.forget(inode); // The watch began in between.
        }
      }
    }
  }

  /** Within the change that made the name, once it is published. */
  void created(InodeNumber directory, FileName name, InodeNumber inode) {
    if (!listeners.isEmpty() && listeners.containsKey(directory)) {
      places.put(inode, new Place(directory, name));
      tell(directory, listener -> listener.created(name));
    }
  }

  /** Within the change that took the name away, once it is published. */
  void deleted(InodeNumber directory, FileName name, InodeNumber inode) {
    if (!listeners.isEmpty() && listeners.containsKey(directory)) {
      places.forget(inode);
      tell(directory, listener -> listener.deleted(name));
    }
  }

  /** Within the change that gave a name of a file to another one, once it is published. */
  void replaced(InodeNumber directory, InodeNumber inode) {
    if (!listeners.isEmpty() && listeners.containsKey(directory)) {
      places.forget(inode);
    }
  }

  /** Within the change that removed the directory, once it is published. */
  void gone(InodeNumber directory) {
    tell(directory, DirectoryListener::gone);
  }

  /** A path led to a file by this name. */
  void found(InodeNumber directory, FileName name, InodeNumber inode) {
    if (!listeners.isEmpty() && listeners.containsKey(directory)) {
      places.put(inode, new Place(directory, name));
    }
  }

  /** Of a file whose bytes or attributes have changed; outside of any change. */
  void modified(InodeNumber inode) {
    if (listeners.isEmpty()) {
      return;
    }
    Answer answer = places.ask(inode);
    if (answer.known() == Known.NOTHING) {
      answer = search(inode);
    }
    Place at = answer.place();
    if (at != null) {
      tell(at.directory(), listener -> listener.modified(at.name()));
    } else if (answer.known() == Known.CROWDED) {
      listeners.keySet().forEach(each -> tell(each, DirectoryListener::lost));
    }
  }

  private void tell(InodeNumber directory, Consumer<DirectoryListener> event) {
    List<DirectoryListener> all = listeners.get(directory);
    if (all != null) {
      all.forEach(event);
    }
  }

  private Answer search(InodeNumber inode) {
    places.search(inode);
    Answer answer = new Answer(Known.CROWDED, null);
    try {
      answer = look(inode);
    } catch (IOException e) {
      // The change itself was made; that it cannot be told by name must not make it fail.
      answer = new Answer(Known.CROWDED, null);
    } finally {
      places.found(inode, answer);
    }
    return answer;
  }

  private Answer look(InodeNumber inode) throws IOException {
    int looked = 0;
    for (InodeNumber directory : Set.copyOf(listeners.keySet())) {
      long after = 0;
      List<Dentry> some;
      do {
        if (looked >= MOST_ENTRIES_SEARCHED) {
          return new Answer(Known.CROWDED, null);
        }
        some = entries.after(directory, after, ENTRIES_PER_READ);
        for (Dentry entry : some) {
          if (entry.inode().equals(inode)) {
            return new Answer(Known.PLACE, new Place(directory, entry.name()));
          }
          after = entry.cookie();
        }
        looked += some.size();
      } while (some.size() >= ENTRIES_PER_READ);
    }
    return new Answer(Known.ELSEWHERE, null);
  }
}
