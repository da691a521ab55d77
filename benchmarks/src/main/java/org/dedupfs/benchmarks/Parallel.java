package org.dedupfs.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The same work by several threads at a time. */
final class Parallel {
  private Parallel() {}

  /** The work of one thread. */
  @FunctionalInterface
  interface Work {
    /** Returns how much was done. */
    double run(int thread) throws IOException;
  }

  /**
   * Does it and waits for all; by the calling thread if one is enough.
   *
   * @return how much was done by all
   */
  static double run(int threads, Work work) throws IOException {
    if (threads == 1) {
      return work.run(0);
    }
    List<FutureTask<Double>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      FutureTask<Double> task = new FutureTask<>((Callable<Double>) () -> work.run(number));
      tasks.add(task);
      new Thread(task, "benchmark-" + i).start();
    }
    double sum = 0;
    IOException failure = null;
    for (FutureTask<Double> task : tasks) {
      try {
        sum += result(task);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return sum;
  }

  /** Waits for a task, even when interrupted: what it uses must not be closed before. */
  static <T> T result(FutureTask<T> task) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof IOException expected) {
            throw expected;
          }
          throw new IOException("a thread of the benchmark has failed", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
