package org.dedupfs.bridge.jnr;

import static org.dedupfs.bridge.jnr.NativeMemory.IO;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_BYTES;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_FD;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_FLAGS;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_MEM;
import static org.dedupfs.bridge.jnr.StructLayouts.BUF_SIZE;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dedupfs.bridge.Errno;
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
  private final Listener listener;
  private final long buffer;
  private final long channel;
  private final long memory;
  private final ServedRequest request;

  ServingThread(FuseSession session, int number, Listener listener) {
    super("fuse-" + number);
    setDaemon(true);
    this.session = session;
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

  /** Frees its memory, once it has ended or if it never ran. */
  void free() {
    NativeMemory.free(buffer);
    NativeMemory.free(channel);
    NativeMemory.free(memory);
  }

  @Override
  @SuppressWarnings("BanCatchThrowable")
  public void run() {
    boolean failed = true;
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
        if (result == 0 || session.isExited()) {
          failed = false;
          return;
        }
        failures = result > 0 ? 0 : failures + afterFailure(-result, failures);
      }
    } finally {
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
    int result = session.receive(buffer, channel);
    if (result > 0) {
      session.process(buffer, IO.getAddress(channel));
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
