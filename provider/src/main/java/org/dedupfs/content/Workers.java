package org.dedupfs.content;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that work for a store: daemons, so that a forgotten store does not keep a JVM alive. Work
 * beyond the bound of the queue is refused, and so is work for which no thread can be started.
 */
final class Workers extends ThreadPoolExecutor {
  private static final int IDLE_SECONDS = 30;

  private Workers(String name, int threads, int queue, ThreadFactory factory) {
    super(
        threads,
        threads,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(queue),
        named(name, factory));
    allowCoreThreadTimeOut(true);
  }

  /** A pool that refuses work beyond {@code queue} waiting tasks. */
  static Workers start(String name, int threads, int queue, ThreadFactory factory) {
    return new Workers(name, threads, queue, factory);
  }

  private static ThreadFactory named(String name, ThreadFactory factory) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = factory.newThread(task);
      thread.setName(name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** A task that is run once, by a worker or by who gave it. */
  private record Task(Runnable work, AtomicBoolean taken) implements Runnable {
    @Override
    public void run() {
      if (take()) {
        work.run();
      }
    }

    boolean take() {
      return taken.compareAndSet(false, true);
    }
  }

  /**
   * Has a worker do it.
   *
   * @throws RejectedExecutionException if none will: they have enough to do, are to end, or the
   *     system gives no thread
   */
  @Override
  public void execute(Runnable work) {
    Task task = new Task(work, new AtomicBoolean());
    try {
      super.execute(task);
    } catch (RejectedExecutionException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // It may have been queued nevertheless.
      if (task.take()) {
        getQueue().remove(task);
        if (e instanceof OutOfMemoryError) { // that is how the lack of threads is told
          throw new RejectedExecutionException("no thread can be started", e);
        }
        throw e;
      }
    }
  }

  /**
   * Has a worker do it, as {@link #execute}.
   *
   * @return false if none will
   */
  boolean offer(Runnable work) {
    try {
      execute(work);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /**
   * Whether something is queued, be it work that somebody else has done meanwhile: then a worker
   * who has more to do should come back for it, lest the queue stay full.
   */
  boolean hasQueued() {
    return !getQueue().isEmpty();
  }

  /** Forgets what waits: for work that nothing depends on. */
  void stopEarly() {
    getQueue().clear();
    stop();
  }

  /** Lets what was begun end. */
  void stop() {
    shutdown();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (awaitTermination(1, TimeUnit.MINUTES)) {
            return;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
