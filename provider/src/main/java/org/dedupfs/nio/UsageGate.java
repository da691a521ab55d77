package org.dedupfs.nio;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets operations in while the file system is open, and lets close wait until all are out: nothing
 * may touch a native store that is gone.
 */
final class UsageGate {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile boolean open = true;
  private volatile boolean drained;

  boolean isOpen() {
    return open;
  }

  /** Whether the caller is in, and has to {@link #exit()}; false once closing began. */
  @SuppressWarnings("LockNotBeforeTry") // Whoever comes in calls exit() in a finally block.
  boolean enter() {
    lock.readLock().lock();
    if (open) {
      return true;
    }
    lock.readLock().unlock();
    return false;
  }

  /** As {@link #enter}, but for what must still happen while closing. */
  @SuppressWarnings("LockNotBeforeTry") // Whoever comes in calls exit() in a finally block.
  boolean enterToCleanUp() {
    lock.readLock().lock();
    if (!drained) {
      return true;
    }
    lock.readLock().unlock();
    return false;
  }

  void exit() {
    lock.readLock().unlock();
  }

  /**
   * From now on nobody comes in but to clean up.
   *
   * @return false if that was so already
   */
  synchronized boolean shut() {
    boolean wasOpen = open;
    open = false;
    return wasOpen;
  }

  /** Waits until all are out; from then on nobody comes in at all. */
  void drain() {
    lock.writeLock().lock();
    try {
      drained = true;
    } finally {
      lock.writeLock().unlock();
    }
  }
}
