package org.dedupfs.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What is to be closed, the last opened first; all of it, even when some of it fails. Idempotent;
 * who comes second waits for the first.
 */
final class Closings implements AutoCloseable {
  /** One thing that is closed. */
  @FunctionalInterface
  interface Closing {
    void close() throws IOException;
  }

  @GuardedBy("this")
  private final Deque<Closing> open = new ArrayDeque<>();

  synchronized void add(Closing closing) {
    open.push(closing);
  }

  @Override
  public synchronized void close() throws IOException {
    Throwable failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException | RuntimeException | Error e) {
        failure = joined(failure, e);
      }
    }
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  private static Throwable joined(@Nullable Throwable first, Throwable next) {
    if (first == null) {
      return next;
    }
    if (first != next) {
      first.addSuppressed(next);
    }
    return first;
  }
}
