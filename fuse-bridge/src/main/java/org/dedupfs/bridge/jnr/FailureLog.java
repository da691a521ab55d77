package org.dedupfs.bridge.jnr;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.bridge.Errno;
import org.dedupfs.bridge.Errnos;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes error numbers of failures, and logs those that nobody expects: the first of a kind with its
 * stack, then how often it came, at most once a minute.
 */
final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
  private static final int EIO = Errno.EIO.number();
  private static final long PAUSE_NANOS = 60_000_000_000L;
  private static final int KINDS_LIMIT = 1000;

  private static final class Kind {
    final AtomicLong count = new AtomicLong();
    final AtomicLong loggedNanos = new AtomicLong(System.nanoTime());
  }

  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();

  /** The error number of {@code failure}, positive. Never throws. */
  int number(String operation, Throwable failure) {
    try {
      Errno errno = Errnos.of(failure);
      if (errno == Errno.EIO || failure instanceof Error) {
        log(operation, errno, failure);
      } else {
        LOG.debug("{}: {}", operation, errno, failure);
      }
      return errno.number();
    } catch (Throwable e) {
      // No memory, no stack, a logger that fails: the caller gets its errno.
      return EIO;
    }
  }

  private void log(String operation, Errno errno, Throwable failure) {
    if (kinds.size() > KINDS_LIMIT) {
      return;
    }
    Kind kind =
        kinds.computeIfAbsent(
            operation + ' ' + failure.getClass().getName() + ' ' + place(failure), k -> new Kind());
    long count = kind.count.incrementAndGet();
    if (count == 1) {
      LOG.error("{} failed, the caller gets {}", operation, errno, failure);
      return;
    }
    long logged = kind.loggedNanos.get();
    long now = System.nanoTime();
    if (now - logged > PAUSE_NANOS && kind.loggedNanos.compareAndSet(logged, now)) {
      LOG.error("{} failed for the {}th time: {}", operation, count, failure.toString());
    }
  }

  private static String place(Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    return stack.length == 0 ? "" : stack[0].toString();
  }
}
