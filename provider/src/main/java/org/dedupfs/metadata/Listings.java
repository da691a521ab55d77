package org.dedupfs.metadata;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs of committed entries as directories were listed, so that who lists the same again does not
 * read the store. They lie in the cache of the rows, under keys without a name. Safe for any number
 * of threads.
 *
 * <p>A commit that changes an entry drops all runs of the directory, and nothing stale comes back:
 * a reader first notes the key and then looks whether a commit has ended the epoch that it read in,
 * a commit first ends the epoch and then looks for keys, so one of them sees the other; what is
 * done to a key is atomic.
 */
final class Listings {
  /** Who asks for less only wants to know whether there are any. */
  private static final int LEAST_LIMIT = 2;

  private static final int ENTRY_BYTES = 8;

  /**
   * A run.
   *
   * @param complete whether no entry follows
   */
  record Listing(List<Dentry> entries, boolean complete) {
    Listing {
      entries = List.copyOf(entries);
    }

    boolean answers(int limit) {
      return complete || entries.size() >= limit;
    }

    int weightBytes() {
      int bytes = 0;
      for (Dentry entry : entries) {
        bytes += ENTRY_BYTES + entry.weightBytes();
      }
      return bytes;
    }
  }

  private final Cache<RowKey<?>, Object> cache;
  private final LongSupplier epoch;
  private final ConcurrentSkipListSet<RowKey<?>> keys = new ConcurrentSkipListSet<>();

  /**
   * @param epoch which changes when rows are committed, before {@link #forget}
   */
  Listings(Cache<RowKey<?>, Object> cache, LongSupplier epoch) {
    this.cache = cache;
    this.epoch = epoch;
  }

  /** Whether a range is the rest of a directory. */
  private static boolean isListing(RowKey<?> from, RowKey<?> to, int limit) {
    return from.table() == Table.DENTRY
        && from.third() == null
        && limit >= LEAST_LIMIT
        && to.equals(RowKey.dentriesFrom(new InodeNumber(from.first()), Long.MAX_VALUE));
  }

  /** The rows of a range, if they are cached. */
  @SuppressWarnings("unchecked") // the table of a key determines the type of its row
  <R extends Row> @Nullable List<R> find(RowKey<R> from, RowKey<R> to, int limit) {
    if (!isListing(from, to, limit)
        || !(cache.getIfPresent(from) instanceof Listing run)
        || !run.answers(limit)) {
      return null;
    }
    List<Dentry> entries = run.entries();
    return (List<R>) (entries.size() <= limit ? entries : entries.subList(0, limit));
  }

  /** Caches what the store had in a range. */
  @SuppressWarnings("unchecked") // as above
  <R extends Row> void offer(
      RowKey<R> from, RowKey<R> to, int limit, List<R> rows, long readInEpoch) {
    if (!isListing(from, to, limit)) {
      return;
    }
    Listing run = new Listing((List<Dentry>) rows, rows.size() < limit);
    cache
        .asMap()
        .compute(
            from,
            (same, old) -> {
              keys.add(from);
              if (epoch.getAsLong() == readInEpoch) {
                return old instanceof Listing listing && listing.answers(limit) ? old : run;
              }
              if (old == null) {
                keys.remove(from);
              }
              return old;
            });
  }

  /** Drops what a commit, whose epoch has begun, has changed. */
  void forget(RowTree committed) {
    if (keys.isEmpty()) {
      return;
    }
    long[] last = {-1};
    committed.forEach(
        entry -> {
          long directory = entry.key.first();
          if (entry.key.table() == Table.DENTRY && directory != last[0]) {
            last[0] = directory;
            ofDirectory(new InodeNumber(directory)).forEach(this::drop);
          }
        });
  }

  private NavigableSet<RowKey<?>> ofDirectory(InodeNumber directory) {
    return keys.subSet(
        RowKey.dentriesFrom(directory, 0),
        true,
        RowKey.dentriesFrom(directory, Long.MAX_VALUE),
        true);
  }

  private void drop(RowKey<?> key) {
    cache
        .asMap()
        .compute(
            key,
            (same, old) -> {
              keys.remove(key);
              return null;
            });
  }

  /** The cache has evicted a key. */
  void evicted(RowKey<?> key) {
    if (key.table() == Table.DENTRY && key.third() == null) {
      keys.remove(key);
    }
  }

  /**
   * Drops all runs, and not just their keys: a run that is cached just now must not lose its key.
   */
  void clear() {
    keys.forEach(this::drop);
  }
}
