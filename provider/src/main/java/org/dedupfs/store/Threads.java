package org.dedupfs.store;

/** Waiting for threads to end, in methods that cannot be interrupted. */
final class Threads {
  private Threads() {}

  /** Waits whatever happens; an interruption in between is kept for later. */
  static void join(Thread thread) {
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
