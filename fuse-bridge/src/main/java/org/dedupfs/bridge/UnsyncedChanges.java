package org.dedupfs.bridge;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a file has changes that no sync has made durable. A sync covers the changes that were
 * made before it began, and counts only once it has succeeded. Safe for any number of threads.
 */
final class UnsyncedChanges {

  /** Makes durable, before it returns, what was changed before it was called. */
  @FunctionalInterface
  interface Sync {
    void run() throws IOException;
  }

  private final AtomicLong made = new AtomicLong();
  private final AtomicLong synced = new AtomicLong();

  /** A change was made, or may have been: called afterwards, before anybody is told of it. */
  void add() {
    made.incrementAndGet();
  }

  /** Whether there are any. */
  boolean any() {
    // In this order: what is synced was made before.
    long durable = synced.get();
    return durable < made.get();
  }

  void sync(Sync sync) throws IOException {
    long covered = made.get();
    sync.run();
    synced.accumulateAndGet(covered, Math::max);
  }
}
