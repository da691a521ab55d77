package org.dedupfs.tree;

import java.util.HashMap;
import java.util.Map;
import org.dedupfs.metadata.InodeNumber;

/**
 * Inode numbers, one bit each, in pages made when first touched; forgets all when that would take
 * more than 4 MiB. Not thread-safe.
 */
final class InodeSet {
  private static final int PAGE_SHIFT = 15;
  private static final int PAGE_WORDS = 1 << (PAGE_SHIFT - 6);
  private static final int MOST_PAGES = 1024;

  private final Map<Long, long[]> pages = new HashMap<>();

  void add(InodeNumber inode) {
    long page = inode.value() >>> PAGE_SHIFT;
    if (pages.size() == MOST_PAGES && !pages.containsKey(page)) {
      pages.clear();
    }
    pages.computeIfAbsent(page, key -> new long[PAGE_WORDS])[word(inode)] |= bit(inode);
  }

  void remove(InodeNumber inode) {
    long[] page = pages.get(inode.value() >>> PAGE_SHIFT);
    if (page != null) {
      page[word(inode)] &= ~bit(inode);
    }
  }

  boolean contains(InodeNumber inode) {
    long[] page = pages.get(inode.value() >>> PAGE_SHIFT);
    return page != null && (page[word(inode)] & bit(inode)) != 0;
  }

  void clear() {
    pages.clear();
  }

  private static int word(InodeNumber inode) {
    return (int) (inode.value() >>> 6) & (PAGE_WORDS - 1);
  }

  private static long bit(InodeNumber inode) {
    return 1L << inode.value();
  }
}
