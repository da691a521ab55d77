package org.dedupfs.bridge.jnr;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.Thread.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dedupfs.bridge.Operations;
import org.dedupfs.host.HostPath;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file system that libfuse 2.9 has mounted. */
final class MountedFileSystem implements FuseMount {
  private static final Logger LOG = LoggerFactory.getLogger(MountedFileSystem.class);

  /** What comes before the caller's options. */
  private static final List<String> OPTIONS =
      List.of(
          "big_writes",
          "max_write=131072",
          "max_read=131072",
          "max_background=64",
          "use_ino",
          "default_permissions",
          "attr_timeout=0",
          "entry_timeout=0",
          "negative_timeout=0",
          // So that each request lies in memory, where it can be looked into.
          "no_splice_read");

  private static final long PAUSE_MILLIS = 20;
  private static final Duration UNMOUNT_PATIENCE = Duration.ofSeconds(2);
  private static final Duration DETACHED_PATIENCE = Duration.ofSeconds(5);
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(20);

  private final FuseSession session;
  private final OperationTable table;
  private final CacheInvalidation invalidation;
  private final MountRemoval removal;
  private final Path mountPoint;
  private final CountDownLatch serving;
  private final WakeUpSignal wakeUp;
  private final ReadyThreads ready = new ReadyThreads();
  private final List<ServingThread> threads = new ArrayList<>();
  private final Object closing = new Object();

  @GuardedBy("closing")
  private boolean closed;

  /** Whether a thread gave up, so that the end of all says nothing about the mount. */
  private volatile boolean failed;

  private MountedFileSystem(
      FuseSession session,
      OperationTable table,
      MountRemoval removal,
      WakeUpSignal wakeUp,
      int threadCount) {
    this.session = session;
    this.wakeUp = wakeUp;
    this.table = table;
    this.removal = removal;
    this.invalidation = new CacheInvalidation(session, threadCount);
    this.mountPoint = HostPath.of(session.mountPoint());
    this.serving = new CountDownLatch(threadCount);
  }

  static FuseMount mount(Operations operations, Path where, FuseMountOptions options)
      throws MountException {
    Natives natives = Natives.load();
    WakeUpSignal wakeUp = WakeUpSignal.prepare(natives);
    List<String> all = new ArrayList<>(OPTIONS);
    all.addAll(options.options());
    OperationTable table = OperationTable.of(operations);
    FuseSession session = null;
    MountedFileSystem mounted = null;
    try {
      session = FuseSession.mount(natives, table.address(), HostPath.absolute(where), all);
      MountRemoval removal = MountRemoval.of(natives, HostPath.of(session.mountPoint()));
      MountedFileSystem ready =
          new MountedFileSystem(session, table, removal, wakeUp, options.threads());
      operations.init(ready.invalidation);
      mounted = ready;
    } catch (MountException e) {
      throw e;
    } catch (IOException e) {
      throw new MountException(where + ": " + e.getMessage(), false, e);
    } finally {
      if (mounted == null) {
        if (session != null) {
          session.giveUp();
        }
        table.close();
      }
    }
    try {
      mounted.start(options.threads());
    } catch (OutOfMemoryError e) {
      mounted.endHalfStarted(options.threads());
      throw new MountException(where + ": too many threads: " + e.getMessage(), false, e);
    }
    return mounted;
  }

  private void start(int count) {
    invalidation.start();
    for (int i = 1; i <= count; i++) {
      threads.add(new ServingThread(session, ready, wakeUp, i, this::threadEnded));
    }
    threads.forEach(Thread::start);
  }

  private void endHalfStarted(int wanted) throws MountException {
    long running = threads.stream().filter(thread -> thread.getState() != State.NEW).count();
    for (long i = running; i < wanted; i++) {
      serving.countDown();
    }
    // If none runs, nobody else would have ended the mount.
    failed = true;
    close();
  }

  private void threadEnded(boolean gaveUp) {
    if (gaveUp) {
      LOG.error("{}: requests cannot be read", mountPoint);
      failed = true;
    }
    serving.countDown();
  }

  @Override
  public Path mountPoint() {
    return mountPoint;
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    serving.await();
  }

  @Override
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    return serving.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void unmount(Duration patience) throws MountException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (isAttached()) {
      Fusermount.Outcome outcome = tryUnmount(false);
      if (outcome.done()) {
        return;
      }
      long left = end - System.nanoTime();
      if (!outcome.busy()) {
        throw failure(outcome.reason(), false, null);
      }
      if (left <= 0) {
        throw failure("in use: " + outcome.reason(), true, null);
      }
      if (awaitEnd(Duration.ofMillis(PAUSE_MILLIS))) {
        return;
      }
    }
  }

  @Override
  public void detach() throws MountException, InterruptedException {
    if (isAttached()) {
      Fusermount.Outcome outcome = tryUnmount(true);
      if (!outcome.done() && isAttached()) {
        throw failure(outcome.reason(), outcome.busy(), null);
      }
    }
  }

  /** Whether it is there to be unmounted, by us: when the kernel ended all threads it is not. */
  private boolean isAttached() throws MountException {
    if (serving.getCount() == 0 && !failed) {
      return false;
    }
    try {
      MountRemoval.Place place = removal.place();
      if (place == MountRemoval.Place.COVERED) {
        throw failure("something else was mounted over it; unmount that first", true, null);
      }
      return place == MountRemoval.Place.ATTACHED;
    } catch (MountException e) {
      throw e;
    } catch (IOException e) {
      throw failure("the mount table cannot be read: " + e.getMessage(), false, e);
    }
  }

  private Fusermount.Outcome tryUnmount(boolean lazily)
      throws MountException, InterruptedException {
    try {
      return removal.unmount(lazily);
    } catch (IOException e) {
      throw failure("cannot be unmounted: " + e.getMessage(), false, e);
    }
  }

  private MountException failure(String reason, boolean busy, @Nullable Throwable cause) {
    return new MountException(mountPoint + ": " + reason, busy, cause);
  }

  private void abort() {
    try {
      removal.abort();
    } catch (IOException e) {
      LOG.warn("the connection of {} cannot be aborted: {}", mountPoint, e.toString());
    }
  }

  @Override
  public void close() throws MountException {
    if (Thread.currentThread() instanceof ServingThread) {
      throw new IllegalStateException("a request cannot wait for its own end");
    }
    synchronized (closing) {
      if (closed) {
        return;
      }
      boolean interrupted = Thread.interrupted();
      try {
        end();
        closed = true;
      } catch (InterruptedException e) {
        interrupted = true;
        throw failure("interrupted before the last request had ended", true, e);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  @GuardedBy("closing")
  private void end() throws MountException, InterruptedException {
    takeAway();
    if (!awaitEnd(DETACHED_PATIENCE)) {
      LOG.warn("{} is still in use, and is cut off", mountPoint);
    }
    // Until here what is open is served, and must not be read from pages that are wrong.
    invalidation.stop();
    // While requests are still served: it may wait for one.
    if (!invalidation.awaitEnd(LAST_PATIENCE)) {
      abort();
    }
    if (!stopServing() || !invalidation.awaitEnd(LAST_PATIENCE)) {
      throw failure("a request does not end", true, null);
    }
    session.tearDown();
    threads.forEach(ServingThread::free);
    table.close();
  }

  /** Has all threads end; false if that takes too long. */
  private boolean stopServing() throws InterruptedException {
    long end = System.nanoTime() + LAST_PATIENCE.toNanos();
    do {
      threads.forEach(ServingThread::stopServing);
      if (awaitEnd(Duration.ofMillis(PAUSE_MILLIS))) {
        for (Thread thread : threads) {
          thread.join();
        }
        return true;
      }
    } while (System.nanoTime() - end < 0);
    return false;
  }

  private void takeAway() throws MountException, InterruptedException {
    try {
      unmount(UNMOUNT_PATIENCE);
    } catch (MountException busy) {
      LOG.warn("{}; it is detached", busy.getMessage());
      try {
        detach();
      } catch (MountException e) {
        LOG.warn("{}; its connection is ended", e.getMessage());
      }
    }
  }
}
