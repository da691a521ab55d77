package org.dedupfs.metadata;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import org.dedupfs.StoreFigure;
import org.dedupfs.activity.Activity;
import org.dedupfs.activity.CacheMiss;
import org.jspecify.annotations.Nullable;

/**
 * Committed rows, cached in bounded memory; that there is no row is cached, too. Safe for any
 * number of threads.
 *
 * <p>Nothing stale stays in the cache: a commit first ends the epoch and then caches its rows,
 * while a reader notes the epoch, reads the store and caches what it found only if the epoch is
 * still the same. Both cache by an atomic step per key, so whichever comes first, the row of the
 * commit wins.
 */
final class CleanRows {
  private static final Object ABSENT = new Object();

  /** Heap held per entry besides the row: key, its array, nodes of cache and hash table. */
  private static final int ENTRY_BYTES = 160;

  private final MetadataStore store;
  private final Cache<RowKey<?>, Object> cache;

  /** The keys of the cached extent pages: {@link #floor} needs them in order. */
  private final ConcurrentSkipListSet<RowKey<?>> pages = new ConcurrentSkipListSet<>();

  private final Listings listings;
  private final Activity activity;

  private volatile long epoch;

  /** Of inodes with this number and above the store has no rows; the number only grows. */
  private volatile long storedInodesBelow;

  /**
   * @param storedInodesBelow above the numbers of all inodes that the store has rows of
   */
  CleanRows(MetadataStore store, long cacheBytes, long storedInodesBelow, Activity activity) {
    this.store = store;
    this.activity = activity;
    this.storedInodesBelow = storedInodesBelow;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(cacheBytes)
            .weigher(CleanRows::weigh)
            .evictionListener(
                (@Nullable RowKey<?> key, @Nullable Object value, RemovalCause cause) ->
                    evicted(key))
            .executor(Runnable::run)
            .build();
    this.listings = new Listings(cache, () -> epoch);
  }

  private static int weigh(RowKey<?> key, Object value) {
    if (value instanceof Row row) {
      return ENTRY_BYTES + row.weightBytes();
    }
    if (value instanceof Listings.Listing listing) {
      return ENTRY_BYTES + listing.weightBytes();
    }
    byte[] third = key.third();
    return ENTRY_BYTES + (third == null ? 0 : third.length);
  }

  /** A row found under {@code key}, or null. */
  @SuppressWarnings("unchecked") // the table of a key determines the type of its row
  static <R extends Row> @Nullable R cast(RowKey<R> key, @Nullable Object row) {
    return (R) row;
  }

  /** Before a commit: from now on the store may have these rows. */
  void expect(RowTree committing) {
    committing.forEach(
        entry -> {
          if (entry.key.first() >= storedInodesBelow && entry.key.table().keyedByInode()) {
            storedInodesBelow = entry.key.first() + 1;
          }
        });
  }

  private boolean isNotStored(RowKey<?> key) {
    return key.first() >= storedInodesBelow && key.table().keyedByInode();
  }

  <R extends Row> @Nullable R get(RowKey<R> key) throws IOException {
    if (isNotStored(key)) {
      return null;
    }
    Object cached = cache.getIfPresent(key);
    if (cached != null) {
      activity.count(StoreFigure.ROW_CACHE_HITS);
      return cached == ABSENT ? null : cast(key, cached);
    }
    activity.count(StoreFigure.ROW_CACHE_MISSES);
    long before = epoch;
    R row = store.get(key);
    requirePossible(row);
    offer(key, row, before);
    return row;
  }

  /** Nobody who uses files can do anything with others; a check and a repair can. */
  private static void requirePossible(@Nullable Row row) throws MetadataDamagedException {
    if (row instanceof Inode inode && !inode.isPossible()) {
      throw new MetadataDamagedException(
          "the attributes of " + inode.number() + " are damaged: no file can have them");
    }
  }

  /**
   * Reads the store unless that has none of the inode, or the same entries or extended attributes
   * were listed before; those found are cached.
   */
  <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit) throws IOException {
    if (isNotStored(from)) {
      return List.of();
    }
    List<R> listed = listings.find(from, to, limit);
    if (listed != null) {
      return listed;
    }
    long before = epoch;
    List<R> rows = store.range(from, to, limit);
    if (Listings.isListed(from.table())) {
      for (R row : rows) {
        offer(row.key(), row, before);
      }
      listings.offer(from, to, limit, rows, before);
    }
    return rows;
  }

  /** Answers from the cache when a cached extent page covers the key. */
  <R extends Row> @Nullable R floor(RowKey<R> key) throws IOException {
    if (isNotStored(key)) {
      return null;
    }
    if (key.table() == Table.EXTENTS) {
      ExtentPage page = cachedPage(key);
      if (page == null) {
        return missedPage(key);
      }
      activity.count(StoreFigure.EXTENT_CACHE_HITS);
      return cast(key, page);
    }
    return storedFloor(key);
  }

  /**
   * The cached page that has this offset of its inode, if there is one. Pages of an inode do not
   * overlap: whichever is found is the one.
   */
  private @Nullable ExtentPage cachedPage(RowKey<?> key) {
    // Nearly all files have one page; among many files each step in the ordered keys, some fifteen
    // to a page, is a place in memory that no cache of the CPU holds any more.
    ExtentPage first = pageCovering(key, RowKey.extents(new InodeNumber(key.first()), 0));
    if (first != null) {
      return first;
    }
    RowKey<?> nearest = pages.floor(key);
    return nearest == null || nearest.first() != key.first() ? null : pageCovering(key, nearest);
  }

  private @Nullable ExtentPage pageCovering(RowKey<?> key, RowKey<?> pageKey) {
    return pageKey.second() <= key.second()
            && cache.getIfPresent(pageKey) instanceof ExtentPage page
            && key.second() < page.endBytes()
        ? page
        : null;
  }

  private <R extends Row> @Nullable R missedPage(RowKey<R> key) throws IOException {
    activity.count(StoreFigure.EXTENT_CACHE_MISSES);
    CacheMiss miss = CacheMiss.begin();
    R row = storedFloor(key);
    if (miss != null) {
      miss.end(activity, "extents", key.first());
    }
    return row;
  }

  private <R extends Row> @Nullable R storedFloor(RowKey<R> key) throws IOException {
    long before = epoch;
    R row = store.floor(key);
    if (row != null) {
      offer(row.key(), row, before);
    }
    return row;
  }

  /** The greatest key not above {@code key} that an extent page is stored under, damaged or not. */
  @Nullable RowKey<ExtentPage> storedPageKey(RowKey<?> key) throws IOException {
    if (key.table() != Table.EXTENTS) {
      return null;
    }
    RowKey<ExtentPage> greatest = null;
    for (RowKey<ExtentPage> stored : store.extentKeys(new InodeNumber(key.first()))) {
      if (stored.compareTo(key) <= 0) {
        greatest = stored;
      }
    }
    return greatest;
  }

  /** Takes over the rows of a commit that has succeeded. */
  void adopt(RowTree committed) {
    nextEpoch();
    listings.forget(committed);
    committed.forEach(entry -> adopt(entry.key, entry.row));
  }

  private void adopt(RowKey<?> key, @Nullable Row row) {
    boolean keep =
        key.table() != Table.JOURNAL
            && (row != null || key.table() == Table.DENTRY || key.table() == Table.XATTR);
    Object value = row == null ? ABSENT : row;
    cache
        .asMap()
        .compute(
            key,
            (same, old) -> {
              rememberPage(key, keep ? value : null);
              return keep ? value : null;
            });
  }

  private void offer(RowKey<?> key, @Nullable Row row, long readInEpoch) {
    if (key.table() == Table.JOURNAL || cache.getIfPresent(key) != null) {
      return;
    }
    Object value = row == null ? ABSENT : row;
    cache
        .asMap()
        .compute(
            key,
            (same, old) -> {
              if (old != null || epoch != readInEpoch) {
                return old;
              }
              rememberPage(key, value);
              return value;
            });
  }

  private void rememberPage(RowKey<?> key, @Nullable Object value) {
    if (value instanceof ExtentPage) {
      pages.add(key);
    } else {
      forgetPage(key);
    }
  }

  private void evicted(@Nullable RowKey<?> key) {
    forgetPage(key);
    if (key != null) {
      listings.evicted(key);
    }
  }

  private void forgetPage(@Nullable RowKey<?> key) {
    if (key != null && key.table() == Table.EXTENTS) {
      pages.remove(key);
    }
  }

  /** Forgets everything. */
  void clear() {
    nextEpoch();
    cache.invalidateAll();
    pages.clear();
    listings.clear();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one commit at a time
  private void nextEpoch() {
    epoch++;
  }
}
