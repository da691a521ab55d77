package org.dedupfs.control;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a client: as many as threads work at a time, up to a limit. Safe for use by
 * any number of threads.
 */
final class ConnectionPool implements Closeable {
  private final Path store;
  private final CountDownLatch closed = new CountDownLatch(1);

  @GuardedBy("this")
  private final List<ClientConnection> connections = new ArrayList<>();

  /** The server wants no more of them. */
  @GuardedBy("this")
  private boolean full;

  ConnectionPool(Path store, ClientConnection first) {
    this.store = store;
    connections.add(first);
    Thread signs = new Thread(this::giveSignsOfLife, "control-signs-of-life");
    signs.setDaemon(true);
    signs.start();
  }

  private void giveSignsOfLife() {
    try {
      while (!closed.await(Limits.SIGN_OF_LIFE.toMillis(), TimeUnit.MILLISECONDS)) {
        for (ClientConnection each : snapshot()) {
          each.giveSignOfLife();
        }
      }
    } catch (InterruptedException e) {
      // Nobody does that.
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // Whoever asks for anything will be told; nobody waits for this.
      return;
    }
  }

  private synchronized List<ClientConnection> snapshot() {
    return List.copyOf(connections);
  }

  /** Something done with a connection. */
  interface Use<T> {
    T of(ClientConnection connection) throws IOException;
  }

  <T> T call(
      Operation operation, ClientConnection.Request request, ClientConnection.Answer<T> answer)
      throws IOException {
    return with(connection -> connection.call(operation, request, answer));
  }

  /** Does something with a connection that nobody else uses meanwhile. */
  <T> T with(Use<T> use) throws IOException {
    ClientConnection connection = take();
    try {
      return use.of(connection);
    } finally {
      connection.lock.unlock();
    }
  }

  /** A connection of its own, which the caller closes. */
  ClientConnection openAnother() throws IOException {
    ensureOpen();
    ClientConnection another = ClientConnection.open(store);
    if (another == null) {
      throw new ControlConnectionException(
          "the process that had the store " + store + " open has ended", null);
    }
    return another;
  }

  /**
   * As {@link #openAnother}, for what an interrupt ends, now or later.
   *
   * @throws InterruptedIOException if that is so already
   */
  ClientConnection openInterruptible() throws IOException {
    try {
      ClientConnection another = openAnother();
      another.endOnInterrupt();
      return another;
    } catch (ClosedByInterruptException e) {
      InterruptedIOException stopped = new InterruptedIOException("interrupted");
      stopped.initCause(e);
      throw stopped;
    }
  }

  private void ensureOpen() {
    if (closed.getCount() == 0) {
      throw new ClosedFileSystemException();
    }
  }

  /** One whose lock this thread has got. */
  private ClientConnection take() throws IOException {
    ensureOpen();
    List<ClientConnection> present = snapshot();
    // Each thread begins elsewhere, so that they seldom meet.
    int start = (int) (Thread.currentThread().getId() % present.size());
    for (int i = 0; i < present.size(); i++) {
      ClientConnection candidate = present.get((start + i) % present.size());
      if (candidate.lock.tryLock()) {
        return candidate;
      }
    }
    ClientConnection connection = more();
    if (connection == null) {
      connection = present.get(start);
    }
    connection.lock.lock();
    return connection;
  }

  private synchronized @Nullable ClientConnection more() {
    if (full || connections.size() >= Limits.CONNECTIONS_OF_A_CLIENT) {
      return null;
    }
    try {
      ClientConnection another = openAnother();
      connections.add(another);
      return another;
    } catch (IOException e) {
      // Those that are there must do; if they are broken, they say so.
      full = true;
      return null;
    }
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public synchronized void close() throws IOException {
    closed.countDown();
    for (ClientConnection each : connections) {
      each.close();
    }
  }
}
