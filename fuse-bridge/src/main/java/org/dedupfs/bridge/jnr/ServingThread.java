package org.dedupfs.bridge.jnr;

import static org.dedupfs.bridge.jnr.NativeMemory.IO;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_BYTES;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_FD;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_FLAGS;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_MEM;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_SIZE;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dedupfs.bridge.Errno;
import org.dedupfs.bridge.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests of the kernel and has libfuse answer them, until the file system was unmounted or
 * its connection aborted. A thread of Java, so that libfuse's calls find it attached, and a daemon.
 */
final class ServingThread extends Thread {
  /** Told by each thread at its end. */
  interface Listener {
    /**
     * @param failed whether it gave up because the kernel could not be read
     */
    void ended(boolean failed);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ServingThread.class);
  private static final int FAILURES_LIMIT = 100;
  private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final FuseSession session;
  private final ReadyThreads ready;
  private final Listener listener;
  private final long buffer;
  private final long channel;
  private final long memory;
  private final ServedRequest request;
  private final WakeUpSignal wakeUp;
  private final Object state = new Object();

  /** Of C, 0 when it cannot be used. */
  @GuardedBy("state")
  private long self;

  @GuardedBy("state")
  private boolean receiving;

  private volatile boolean stopping;

  /**
   * @param ready of all threads of the session
   */
  ServingThread(
      FuseSession session, ReadyThreads ready, WakeUpSignal wakeUp, int number, Listener listener) {
    super("fuse-" + number);
    setDaemon(true);
    this.session = session;
    this.ready = ready;
    this.wakeUp = wakeUp;
    this.listener = listener;
    this.buffer = NativeMemory.allocate(BUF_BYTES);
    this.channel = NativeMemory.allocate(Long.BYTES);
    this.memory = NativeMemory.allocate(session.requestBytes());
    this.request = new ServedRequest(memory, session.requestBytes());
  }

  /** What it serves now; of use only on this thread. */
  ServedRequest request() {
    return request;
  }

  /**
   * Has it end after the request that it serves, or at once while it waits for one. To be repeated
   * until it has ended, for the signal may come just before the wait.
   */
  void stopServing() {
    stopping = true;
    ready.end();
    synchronized (state) {
      if (receiving && self != 0) {
        wakeUp.send(self);
      }
    }
  }

  private void setReceiving(boolean now) {
    synchronized (state) {
      receiving = now;
    }
  }

  /** Frees its memory, once it has ended or if it never ran. */
  void free() {
    NativeMemory.free(buffer);
    NativeMemory.free(channel);
    NativeMemory.free(memory);
  }

  @Override
  public void run() {
    boolean failed = true;
    synchronized (state) {
      self = wakeUp.self();
    }
    try {
      int failures = 0;
      while (failures < FAILURES_LIMIT) {
        int result = 0;
        try {
          result = serve();
        } catch (Throwable e) {
          // Operations are guarded; this is the way to libfuse itself.
          LOG.error("a request could not be passed to libfuse", e);
          result = -Errno.EIO.number();
        }
        if (stopping || result == 0 || (result < 0 && session.isExited())) {
          failed = false;
          return;
        }
        failures = result > 0 ? 0 : failures + afterFailure(-result, failures);
      }
    } finally {
      synchronized (state) {
        self = 0;
      }
      ready.end(); // There may be nobody else to call those that rest.
      listener.ended(failed);
    }
  }

  /** One request. Returns 0 at the end, a negative errno if none could be read. */
  private int serve() {
    IO.putLong(buffer + BUF_SIZE, session.requestBytes());
    IO.putInt(buffer + BUF_FLAGS, 0);
    IO.putAddress(buffer + BUF_MEM, memory);
    IO.putInt(buffer + BUF_FD, -1);
    IO.putAddress(channel, session.channel());
    ready.enter();
    int result;
    try {
      setReceiving(true);
      result = stopping ? 0 : session.receive(buffer, channel);
    } finally {
      setReceiving(false);
      ready.leave();
    }
    if (result > 0) {
      request.received();
      if (request.opcode() == Request.INIT) {
        session.processInit(buffer, request.offersPrivileges());
      } else {
        session.process(buffer, IO.getAddress(channel));
      }
    }
    return result;
  }

  private static int afterFailure(int errno, int failures) {
    if (errno == Errno.EINTR.number() || errno == Errno.EAGAIN.number()) {
      return 0;
    }
    if (failures == 0) {
      LOG.error("requests of the kernel cannot be read, errno {}", errno);
    }
    LockSupport.parkNanos(FAILURE_PAUSE_NANOS);
    return 1;
  }
}
