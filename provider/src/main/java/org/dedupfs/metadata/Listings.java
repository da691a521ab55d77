package org.dedupfs.metadata;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs of committed entries as directories were listed, and of extended attributes as inodes were
 * asked for them, most of which have none: so that who lists the same again does not read the
 * store. They lie in the cache of the rows, under keys without a name. Safe for any number of
 * threads.
 *
 * <p>A commit that changes a row drops all runs of its inode, and nothing stale comes back: a
 * reader first notes the key and then looks whether a commit has ended the epoch that it read in, a
 * commit first ends the epoch and then looks for keys, so one of them sees the other; what is done
 * to a key is atomic.
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
  record Listing(List<Row> entries, boolean complete) {
    Listing {
      entries = List.copyOf(entries);
    }

    boolean answers(int limit) {
      return complete || entries.size() >= limit;
    }

    int weightBytes() {
      int bytes = 0;
      for (Row entry : entries) {
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

  /** Whether rows of a table are listed. */
  static boolean isListed(Table<?> table) {
    return table == Table.DENTRY || table == Table.XATTR;
  }

  /** Whether a range is the rest of a directory, or all attributes of an inode. */
  private static boolean isListing(RowKey<?> from, RowKey<?> to, int limit) {
    if (!isListed(from.table()) || from.third() != null || limit < LEAST_LIMIT) {
      return false;
    }
    long inode = from.first();
    return to.equals(
        from.table() == Table.DENTRY
            ? RowKey.dentriesFrom(new InodeNumber(inode), Long.MAX_VALUE)
            : RowKey.xattr(new InodeNumber(inode + 1), null));
  }

  /** The rows of a range, if they are cached. */
  @SuppressWarnings("unchecked") // the table of a key determines the type of its row
  <R extends Row> @Nullable List<R> find(RowKey<R> from, RowKey<R> to, int limit) {
    if (!isListing(from, to, limit)
        || !(cache.getIfPresent(from) instanceof Listing run)
        || !run.answers(limit)) {
      return null;
    }
    List<Row> entries = run.entries();
    return (List<R>) (entries.size() <= limit ? entries : entries.subList(0, limit));
  }

  /** Caches what the store had in a range. */
  @SuppressWarnings("unchecked") // as above
  <R extends Row> void offer(
      RowKey<R> from, RowKey<R> to, int limit, List<R> rows, long readInEpoch) {
    if (!isListing(from, to, limit)) {
      return;
    }
    Listing run = new Listing((List<Row>) rows, rows.size() < limit);
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
    RowKey<?>[] last = {null};
    committed.forEach(
        entry -> {
          RowKey<?> key = entry.key;
          RowKey<?> before = last[0];
          if (isListed(key.table())
              && (before == null
                  || before.table() != key.table()
                  || before.first() != key.first())) {
            last[0] = key;
            ofInode(key).forEach(this::drop);
          }
        });
  }

  /** The keys of the runs that a row may be in. */
  private NavigableSet<RowKey<?>> ofInode(RowKey<?> row) {
    InodeNumber inode = new InodeNumber(row.first());
    return row.table() == Table.DENTRY
        ? keys.subSet(
            RowKey.dentriesFrom(inode, 0), true, RowKey.dentriesFrom(inode, Long.MAX_VALUE), true)
        : keys.subSet(RowKey.xattr(inode, null), true, RowKey.xattr(inode, null), true);
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
    if (isListed(key.table()) && key.third() == null) {
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
