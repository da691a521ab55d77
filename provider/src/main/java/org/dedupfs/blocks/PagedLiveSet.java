package org.dedupfs.blocks;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A bitmap in pages of 65,536 ids, made when first touched: 8 KiB for 4 GiB of data in blocks of 64
 * KiB. Adding is atomic, and seen by every {@link #contains} that begins afterwards.
 */
public final class PagedLiveSet implements LiveSet {
  private static final int PAGE_SHIFT = 16;
  private static final int PAGE_WORDS = 1 << (PAGE_SHIFT - 6);

  private final ConcurrentHashMap<Long, AtomicLongArray> pages = new ConcurrentHashMap<>();
  private final LongAdder size = new LongAdder();

  @Override
  public void add(long blockId) {
    if (blockId < 1) {
      throw new IllegalArgumentException("block id " + blockId + " is below 1");
    }
    AtomicLongArray page = page(blockId);
    if (page == null) {
      page = pages.computeIfAbsent(blockId >>> PAGE_SHIFT, p -> new AtomicLongArray(PAGE_WORDS));
    }
    int word = word(blockId);
    long bit = 1L << blockId;
    if ((page.get(word) & bit) == 0
        && (page.getAndAccumulate(word, bit, (a, b) -> a | b) & bit) == 0) {
      size.increment();
    }
  }

  @Override
  public boolean contains(long blockId) {
    AtomicLongArray page = page(blockId);
    return page != null && (page.get(word(blockId)) & (1L << blockId)) != 0;
  }

  @Override
  public long size() {
    return size.sum();
  }

  private @Nullable AtomicLongArray page(long blockId) {
    return pages.get(blockId >>> PAGE_SHIFT);
  }

  private static int word(long blockId) {
    return (int) (blockId >>> 6) & (PAGE_WORDS - 1);
  }
}
