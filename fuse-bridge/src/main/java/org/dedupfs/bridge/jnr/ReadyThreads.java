package org.dedupfs.bridge.jnr;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets no more threads wait for the kernel than are needed: it gives requests to waiting threads in
 * turn, and each that takes its turn seldom finds the caches of its core cold. The others rest, the
 * one that worked last is called first. While any thread rests, one that waits is left; if there
 * were too few, more wait from then on, until it has been calm for long. Safe for any number of
 * threads.
 */
final class ReadyThreads {
  /** One takes the next request while the other has yet to come back. */
  private static final int LEAST = 2;

  /** Who comes late within so many requests is not just one that lost its core for a while. */
  private static final int HURRIED_REQUESTS = 32;

  private static final int CALM_REQUESTS = 1000;

  /** A thread that rests. */
  private static final class Rest {
    private final Thread thread = Thread.currentThread();
    private volatile boolean over;

    void await() {
      while (!over) {
        LockSupport.park(this);
      }
    }

    void end() {
      over = true;
      LockSupport.unpark(thread);
    }
  }

  @GuardedBy("this")
  private final Deque<Rest> resting = new ArrayDeque<>();

  @GuardedBy("this")
  private int waiting;

  @GuardedBy("this")
  private int wanted = LEAST;

  /** Requests since there were too few. */
  @GuardedBy("this")
  private int calm;

  @GuardedBy("this")
  private boolean ended;

  /** Right before a thread waits for a request; returns when it should. */
  void enter() {
    Rest rest;
    synchronized (this) {
      if (ended || waiting < wanted) {
        waiting++;
        return;
      }
      rest = new Rest();
      resting.push(rest);
    }
    rest.await(); // Who ends it counts it among the waiting.
  }

  /** Right after that, before the request is served. */
  synchronized void leave() {
    waiting--;
    if (waiting > 0) {
      calm++;
      if (calm >= CALM_REQUESTS && wanted > LEAST) {
        wanted--;
        calm = 0;
      }
    } else if (!resting.isEmpty()) {
      if (calm < HURRIED_REQUESTS) {
        wanted++;
      }
      calm = 0;
      call();
    }
  }

  /** From now on nobody rests. */
  synchronized void end() {
    ended = true;
    while (!resting.isEmpty()) {
      call();
    }
  }

  @GuardedBy("this")
  private void call() {
    waiting++;
    resting.pop().end();
  }

  /** How many rest now. */
  synchronized int restingCount() {
    return resting.size();
  }
}
