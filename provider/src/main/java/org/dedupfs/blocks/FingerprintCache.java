package org.dedupfs.blocks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of blocks by id, in pages of {@value #PAGE_IDS} neighbours, of which a bounded number is
 * kept. Since a stream that was stored before mostly comes again in the same order, the page that
 * one hit brings in answers for what follows, without a look at the index (Zhu, Li, Patterson:
 * Avoiding the Disk Bottleneck in the Data Domain Deduplication File System, FAST 2008).
 *
 * <p>A page holds exactly what the disk holds: {@link #put} and {@link #remove} are called after
 * the write, by one thread at a time for each hash, and wait for a page that is being loaded.
 */
final class FingerprintCache {
  static final int PAGE_SHIFT = 10;
  static final int PAGE_IDS = 1 << PAGE_SHIFT;

  private static final int WAYS = 8;
  private static final int ASKED_FOR_PAGES = 64;
  private static final int TAG_SHIFT = 48;
  private static final long ID_MASK = (1L << TAG_SHIFT) - 1;

  /** What is on the disk. */
  interface Loader {
    /** Whether the stored block of this id has this hash. */
    boolean holds(long id, BlockHash hash) throws IOException;

    /** Tells the hash of every stored block with an id in {@code [first, first + PAGE_IDS)}. */
    void load(long first, ObjLongConsumer<byte[]> hashes) throws IOException;
  }

  private final int hashBytes;
  private final Loader loader;
  private final Cache<Long, Page> pages;

  /** Ids by hash, in sets of {@link #WAYS}; may forget, may be stale: a page has the last word. */
  private final AtomicLongArray ids;

  private final int setMask;

  /**
   * Numbers of the pages that were asked for lately, by their low bits. Only the second hit in a
   * page within a short time brings it in: a single one is no stream, and a page costs a hundred
   * times one look-up.
   */
  private final AtomicLongArray askedFor = new AtomicLongArray(ASKED_FOR_PAGES);

  FingerprintCache(int hashBytes, long maxBytes, Loader loader) {
    this.hashBytes = hashBytes;
    this.loader = loader;
    long maxPages = Math.max(8, maxBytes / (PAGE_IDS * (hashBytes + 8L)));
    this.pages = Caffeine.newBuilder().maximumSize(maxPages).executor(Runnable::run).build();
    int entries = (int) Math.min(1 << 28, Long.highestOneBit(maxPages * PAGE_IDS) * 2);
    this.ids = new AtomicLongArray(entries);
    this.setMask = entries / WAYS - 1;
  }

  /** The id of the block with this hash if its page is here, else 0. */
  long find(BlockHash hash) {
    int set = set(hash);
    long tag = tag(hash);
    for (int i = set; i < set + WAYS; i++) {
      long entry = ids.get(i);
      if (entry != 0 && (entry & ~ID_MASK) == tag) {
        long id = entry & ID_MASK;
        Page page = pages.getIfPresent(id >>> PAGE_SHIFT);
        if (page != null && page.holds(slot(id), hash.bytes())) {
          return id;
        }
      }
    }
    return 0;
  }

  /** Whether the stored block of this id has this hash; brings in its page when that may pay. */
  boolean matches(long id, BlockHash hash) throws IOException {
    long number = id >>> PAGE_SHIFT;
    if (pages.getIfPresent(number) == null
        && askedFor.getAndSet((int) number & (ASKED_FOR_PAGES - 1), number + 1) != number + 1) {
      return loader.holds(id, hash);
    }
    boolean match = page(id).holds(slot(id), hash.bytes());
    if (match) {
      remember(id, hash);
    }
    return match;
  }

  void put(long id, BlockHash hash) throws IOException {
    page(id).set(slot(id), hash.bytes());
    remember(id, hash);
  }

  void remove(long id) {
    pages
        .asMap()
        .computeIfPresent(
            id >>> PAGE_SHIFT,
            (number, page) -> {
              page.clear(slot(id));
              return page;
            });
  }

  private Page page(long id) throws IOException {
    try {
      return pages.get(id >>> PAGE_SHIFT, this::load);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Page load(long number) {
    Page page = new Page(hashBytes);
    try {
      loader.load(
          number << PAGE_SHIFT,
          (hash, id) -> {
            page.set(slot(id), hash);
            remember(id, BlockHash.of(hash));
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page;
  }

  private void remember(long id, BlockHash hash) {
    int set = set(hash);
    long entry = tag(hash) | id;
    int victim = set + (int) (id & (WAYS - 1));
    for (int i = set; i < set + WAYS; i++) {
      long there = ids.get(i);
      if (there == entry) {
        return;
      }
      if (there == 0) {
        victim = i;
        break;
      }
    }
    ids.set(victim, entry);
  }

  private int set(BlockHash hash) {
    return (Keys.small(hash.bytes(), 8) & setMask) * WAYS;
  }

  private static long tag(BlockHash hash) {
    return Keys.number(hash.bytes(), 12) & ~ID_MASK;
  }

  private static int slot(long id) {
    return (int) id & (PAGE_IDS - 1);
  }

  /** How many pages are here. */
  long pages() {
    pages.cleanUp();
    return pages.estimatedSize();
  }

  /** The hashes of {@link #PAGE_IDS} ids; an absent one is all zeros. */
  private static final class Page {
    @GuardedBy("this")
    private byte @Nullable [] hashes;

    private final int hashBytes;

    Page(int hashBytes) {
      this.hashBytes = hashBytes;
    }

    synchronized boolean holds(int slot, byte[] hash) {
      int at = slot * hashBytes;
      return hashes != null
          && hash.length == hashBytes
          && Arrays.equals(hashes, at, at + hashBytes, hash, 0, hashBytes);
    }

    synchronized void set(int slot, byte[] hash) {
      if (hashes == null) {
        hashes = new byte[PAGE_IDS * hashBytes];
      }
      System.arraycopy(hash, 0, hashes, slot * hashBytes, hashBytes);
    }

    synchronized void clear(int slot) {
      if (hashes != null) {
        Arrays.fill(hashes, slot * hashBytes, (slot + 1) * hashBytes, (byte) 0);
      }
    }
  }
}
