package org.dedupfs.content;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.dedupfs.metadata.InodeNumber;

/**
 * Numbers the states of all files of one opening. A file that has been forgotten and is loaded
 * again has the number of its last change still, or a higher one that no other state of it has:
 * what is remembered of many files takes a fixed number of slots, that of a slot being the highest
 * of its files. Safe for any number of threads.
 */
final class Generations {
  private static final int SLOTS = 1 << 15;

  private final AtomicLong last = new AtomicLong();
  private final AtomicLongArray slots = new AtomicLongArray(SLOTS);

  /** That of a file which is loaded now. */
  long loaded(InodeNumber inode) {
    return slots.get(slot(inode));
  }

  /** That of a file which changes now: higher than any before. */
  long changed(InodeNumber inode) {
    long generation = last.incrementAndGet();
    slots.accumulateAndGet(slot(inode), generation, Math::max);
    return generation;
  }

  /** The highest so far. */
  long last() {
    return last.get();
  }

  private static int slot(InodeNumber inode) {
    return (int) inode.value() & (SLOTS - 1);
  }
}
