package org.dedupfs.tree;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * Which files are in a watched directory, as far as known, in bounded memory: a name for some
 * thousands that are, one bit for each that is not, and one for each that is but whose name had to
 * be forgotten. So nobody has to be looked for twice. Safe for any number of threads.
 */
final class WatchedPlaces {
  static final int MOST_PLACES = 8192;

  /** A name in a watched directory. */
  record Place(InodeNumber directory, FileName name) {}

  /** What is known of a file. */
  enum Known {
    /** Nothing. */
    NOTHING,
    /** It has a place. */
    PLACE,
    /** It is in no watched directory. */
    ELSEWHERE,
    /** It is in one, by a name that is not known any more. */
    CROWDED
  }

  /** An answer; the place is there if it is known. */
  record Answer(Known known, @Nullable Place place) {}

  /** A search under way, of one or several threads. */
  private static final class Search {
    private int searchers;
    private boolean overtaken;
  }

  @GuardedBy("this")
  private final InodeSet elsewhere = new InodeSet();

  @GuardedBy("this")
  private final InodeSet crowded = new InodeSet();

  @GuardedBy("this")
  private final Map<InodeNumber, Search> searches = new HashMap<>();

  @GuardedBy("this")
  private final Map<InodeNumber, Place> places =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("GuardedBy") // called by put
        protected boolean removeEldestEntry(Map.Entry<InodeNumber, Place> eldest) {
          if (size() <= MOST_PLACES) {
            return false;
          }
          crowded.add(eldest.getKey());
          return true;
        }
      };

  synchronized Answer ask(InodeNumber inode) {
    Place place = places.get(inode);
    if (place != null) {
      return new Answer(Known.PLACE, place);
    }
    Known known =
        elsewhere.contains(inode)
            ? Known.ELSEWHERE
            : crowded.contains(inode) ? Known.CROWDED : Known.NOTHING;
    return new Answer(known, null);
  }

  /** A file is found by this name in a watched directory. */
  synchronized void put(InodeNumber inode, Place place) {
    forget(inode);
    places.put(inode, place);
  }

  /** A file that was just made is in no watched directory. */
  synchronized void putElsewhere(InodeNumber inode) {
    elsewhere.add(inode);
  }

  /** A file may have come into a watched directory or gone out of one. */
  synchronized void forget(InodeNumber inode) {
    places.remove(inode);
    elsewhere.remove(inode);
    crowded.remove(inode);
    Search search = searches.get(inode);
    if (search != null) {
      search.overtaken = true;
    }
  }

  /** Other directories are watched. */
  synchronized void clear() {
    places.clear();
    elsewhere.clear();
    crowded.clear();
    searches.values().forEach(search -> search.overtaken = true);
  }

  /** Before a file is searched for; {@link #found} must follow. */
  synchronized void search(InodeNumber inode) {
    searches.computeIfAbsent(inode, key -> new Search()).searchers++;
  }

  /** What a search came to; not kept if the file's names have changed meanwhile. */
  synchronized void found(InodeNumber inode, Answer answer) {
    Search search = searches.get(inode);
    if (search == null) {
      throw new IllegalStateException("nobody searches for " + inode);
    }
    if (--search.searchers == 0) {
      searches.remove(inode);
    }
    Place place = answer.place();
    if (search.overtaken || places.containsKey(inode)) {
      return;
    }
    if (place != null) {
      places.put(inode, place);
    } else if (answer.known() == Known.ELSEWHERE) {
      elsewhere.add(inode);
    } else if (answer.known() == Known.CROWDED) {
      crowded.add(inode);
    }
  }
}
