package org.dedupfs.content;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.dedupfs.activity.RepeatedFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits at the interval, and earlier when much is waiting. */
final class CommitTimer {
  private static final Logger LOG = LoggerFactory.getLogger(CommitTimer.class);

  /** Closed files with data that waits for a commit, at which one is due. */
  private static final int MAX_IDLE_FILES = 4096;

  private static final long LOOK_NANOS = 50_000_000L;

  private final ContentStore store;
  private final long intervalNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final AtomicInteger idleFiles = new AtomicInteger();
  private final Thread thread;
  private final RepeatedFailure failure = new RepeatedFailure();
  private volatile boolean closed;

  CommitTimer(ContentStore store, Duration interval) {
    this.store = store;
    this.intervalNanos = interval.toNanos();
    this.thread = new Thread(this::run, "dedupfs-commit");
    thread.setDaemon(true);
  }

  void start() {
    if (!store.options().readOnly()) {
      thread.start();
    }
  }

  /** A file was closed before what was written to it was committed. */
  void noteIdle() {
    if (idleFiles.incrementAndGet() == MAX_IDLE_FILES) {
      signal();
    }
  }

  private void signal() {
    lock.lock();
    try {
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    long last = System.nanoTime();
    while (!closed) {
      try {
        await();
        boolean isDue = intervalNanos > 0 && System.nanoTime() - last >= intervalNanos;
        boolean isPressed = store.isPressed() || idleFiles.get() >= MAX_IDLE_FILES;
        if (closed || !(isDue || isPressed)) {
          continue;
        }
        last = System.nanoTime();
        if (store.hasUncommitted()) {
          idleFiles.set(0);
          commit();
        }
      } catch (RuntimeException | Error e) {
        // Were it to end this thread, nothing would be committed any more, and nobody told; what
        // makes commits impossible has been made known by the commit itself.
        LOG.error("a commit failed", e);
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops
  private void await() {
    lock.lock();
    try {
      if (!closed) {
        long unused = wake.awaitNanos(LOOK_NANOS);
      }
    } catch (InterruptedException e) {
      // only close() ends this thread, and it does so by its flag
      return;
    } finally {
      lock.unlock();
    }
  }

  private void commit() {
    try {
      store.syncAll();
      if (failure.hasEnded()) {
        LOG.info("{}: commits succeed again", store.metadata().activity().store());
      }
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (failure.isNews(message)) {
        LOG.warn(
            "{}: what was written since the last commit is not durable yet, and is tried again: {}",
            store.metadata().activity().store(),
            message);
      }
    }
  }

  /** Ends the thread after the commit under way; idempotent. */
  void close() {
    closed = true;
    signal();
    boolean interrupted = false;
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
