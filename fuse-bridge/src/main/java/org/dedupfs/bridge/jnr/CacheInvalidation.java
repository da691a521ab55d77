package org.dedupfs.bridge.jnr;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.dedupfs.bridge.Errno;
import org.dedupfs.bridge.KernelCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the kernel on a thread of its own: it may wait there for requests of the same file, which a
 * thread that serves one of them could not. What is asked twice before it is told is told once.
 */
final class CacheInvalidation implements KernelCache {
  private static final Logger LOG = LoggerFactory.getLogger(CacheInvalidation.class);

  /** No file has that number. */
  private static final long NONE = 0;

  /** Two who write by two names of one file may wait for each other, in the kernel. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final FuseSession session;
  private final Semaphore servingThreadsThatMayWait;
  private final Thread thread = new Thread(this::run, "fuse-invalidation");
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Set<Long> waiting = new LinkedHashSet<>();

  /** How many were asked for so far, and how many of these the kernel was told of. */
  @GuardedBy("lock")
  private long asked;

  @GuardedBy("lock")
  private long told;

  @GuardedBy("lock")
  private boolean stopped;

  CacheInvalidation(FuseSession session, int servingThreads) {
    this.session = session;
    this.servingThreadsThatMayWait = new Semaphore(servingThreads / 2);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  @Override
  public void invalidate(long nodeId) {
    synchronized (lock) {
      if (!stopped && nodeId != NONE && waiting.add(nodeId)) {
        asked++;
        lock.notifyAll();
      }
    }
  }

  @Override
  public void settle() {
    boolean serving = Thread.currentThread() instanceof ServingThread;
    if (serving && !servingThreadsThatMayWait.tryAcquire()) {
      return;
    }
    try {
      awaitTold();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (serving) {
        servingThreadsThatMayWait.release();
      }
    }
  }

  private void awaitTold() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    synchronized (lock) {
      long wanted = asked;
      long left = PATIENCE_NANOS;
      while (!stopped && told < wanted && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
        left = end - System.nanoTime();
      }
    }
  }

  /** Has it end, what still waits forgotten. */
  void stop() {
    synchronized (lock) {
      stopped = true;
      waiting.clear();
      lock.notifyAll();
    }
  }

  /** After {@link #stop}; whether it has ended in time. */
  boolean awaitEnd(Duration patience) throws InterruptedException {
    thread.join(patience.toMillis());
    return !thread.isAlive();
  }

  private void run() {
    try {
      for (long nodeId = next(); nodeId != NONE; nodeId = next()) {
        int result = session.invalidate(nodeId);
        // ENOENT: the kernel has forgotten it by itself.
        if (result < 0 && result != -Errno.ENOENT.number()) {
          LOG.warn("the kernel's cache of a file could not be invalidated, errno {}", -result);
        }
        synchronized (lock) {
          told++;
          lock.notifyAll();
        }
      }
    } catch (InterruptedException e) {
      LOG.error("no more of the kernel's cache is invalidated", e);
    }
  }

  /** The next that waits; {@link #NONE} at the end. */
  private long next() throws InterruptedException {
    synchronized (lock) {
      while (!stopped && waiting.isEmpty()) {
        lock.wait();
      }
      if (stopped) {
        return NONE;
      }
      Iterator<Long> first = waiting.iterator();
      long nodeId = first.next();
      first.remove();
      return nodeId;
    }
  }
}
