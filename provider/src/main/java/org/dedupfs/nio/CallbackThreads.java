package org.dedupfs.nio;

import java.io.Closeable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of asynchronous channels that were opened without threads of their own. */
final class CallbackThreads implements Closeable {
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "dedupfs-asynchronous");
            thread.setDaemon(true);
            return thread;
          });

  /** Starts threads as they are needed; they end when they are not. */
  ExecutorService executor() {
    return threads;
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
