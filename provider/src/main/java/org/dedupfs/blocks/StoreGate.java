package org.dedupfs.blocks;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps native code from being entered after it was closed: whoever uses it passes through here,
 * and {@link #shut} waits until nobody is inside. May be entered again from inside.
 */
final class StoreGate {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  /** One for all: nothing is to be allocated, and so to fail, between entering and leaving. */
  private final Inside inside = lock.readLock()::unlock;

  private volatile boolean shut;

  /** To be closed when leaving. */
  interface Inside extends AutoCloseable {
    @Override
    void close();
  }

  Inside enter() throws IOException {
    lock.readLock().lock();
    if (shut) {
      lock.readLock().unlock();
      throw new IOException("the block store is closed");
    }
    return inside;
  }

  /** Lets nobody in any more, and returns when everybody has left; false if that was so before. */
  boolean shut() {
    lock.writeLock().lock();
    try {
      boolean first = !shut;
      shut = true;
      return first;
    } finally {
      lock.writeLock().unlock();
    }
  }
}
