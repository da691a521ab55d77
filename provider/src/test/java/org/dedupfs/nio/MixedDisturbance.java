package org.dedupfs.nio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that interrupts {@link MixedWorker}s and closes their channels, until closed. */
final class MixedDisturbance implements AutoCloseable {
  private static final long PAUSE_NANOS = 200_000;

  private final List<MixedWorker> workers;
  private final SplittableRandom random;
  private final Thread thread;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean ended;
  private volatile long count;

  MixedDisturbance(List<MixedWorker> workers, SplittableRandom random) {
    this.workers = workers;
    this.random = random;
    this.thread = new Thread(this::run, "disturbance");
    thread.start();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  private void run() {
    try {
      while (!ended) {
        LockSupport.parkNanos(PAUSE_NANOS);
        MixedWorker worker = workers.get(random.nextInt(workers.size()));
        if (random.nextBoolean() ? worker.interrupt() : worker.closeChannel()) {
          count++;
        }
      }
    } catch (IOException | RuntimeException e) {
      failure.set(e);
    }
  }

  /** How often somebody was disturbed. */
  long count() {
    return count;
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the disturbance to end", e);
    }
    Throwable e = failure.get();
    if (e instanceof IOException io) {
      throw new UncheckedIOException(io);
    } else if (e != null) {
      throw (RuntimeException) e;
    }
  }
}
