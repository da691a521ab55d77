package org.dedupfs.control;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.dedupfs.DedupOptions.Durability;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: a request at a time. An interrupt neither ends a request nor the
 * connection, unless it was made for that. After a failure of the connection itself every request
 * fails. Safe for use by any number of threads.
 */
final class ClientConnection implements Closeable {
  /** Held during a request. */
  final ReentrantLock lock = new ReentrantLock();

  private final Path store;
  private final Link link;
  private final Outgoing out = new Outgoing();
  private long pid;
  private Durability durability = Durability.INTERVAL;
  private volatile @Nullable IOException broken;

  /** Writes what a request has besides its kind. */
  interface Request {
    void write(Outgoing out) throws IOException;
  }

  /** Reads the answer. */
  interface Answer<T> {
    T read(Incoming in) throws IOException;
  }

  /** The bulk of the answer, to be taken within {@link Answer#read}. */
  interface BulkAnswer<T> {
    T read(Incoming in, Link link) throws IOException;
  }

  private ClientConnection(Path store, Link link) {
    this.store = store;
    this.link = link;
  }

  /**
   * Connects to the process that has the store open; null if none listens.
   *
   * @throws ControlConnectionException if it does not want to talk to this one
   */
  static @Nullable ClientConnection open(Path store) throws IOException {
    SocketChannel socket = ControlSocket.connect(store);
    if (socket == null) {
      return null;
    }
    try {
      if (!Peers.rootSelfAndOwner(store).trust(socket)) {
        throw new ControlConnectionException(
            "the process that answers at " + store + " belongs to somebody else", null);
      }
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
    ClientConnection connection = new ClientConnection(store, Link.of(socket));
    try {
      connection.greet();
      return connection;
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void greet() throws IOException {
    try {
      pid =
          call(
              Operation.HELLO,
              request -> request.number32(Operation.MAGIC).number32(Operation.VERSION),
              in -> {
                durability = Durability.valueOf(in.text());
                return in.number64();
              });
    } catch (ControlConnectionException e) {
      throw e;
    } catch (IOException e) {
      throw new ControlConnectionException(e.getMessage(), e);
    }
  }

  /** The process at the other end. */
  long pid() {
    return pid;
  }

  /** How the store was opened. */
  Durability durability() {
    return durability;
  }

  boolean isBroken() {
    return broken != null;
  }

  /** From now on an interrupt ends the connection, and {@link InterruptedIOException} is thrown. */
  void endOnInterrupt() {
    link.endOnInterrupt();
  }

  <T> T call(Operation operation, Request request, Answer<T> answer) throws IOException {
    return call(operation, request, null, (in, ignored) -> answer.read(in));
  }

  /**
   * Sends a request and reads the answer to it.
   *
   * @param bulk goes with the request, and is consumed
   * @throws IOException what was thrown at the other end, or {@code ControlConnectionException}
   */
  <T> T call(Operation operation, Request request, @Nullable ByteBuffer bulk, BulkAnswer<T> answer)
      throws IOException {
    lock.lock();
    try {
      ensureUsable();
      // What does not fit fails here, and nothing has been sent.
      request.write(out.reset().number8(WireNumber.of(operation)));
      Incoming in = exchange(bulk);
      if (in.flag()) {
        return received(in, answer);
      }
      Exception failure = Failures.read(in);
      if (failure instanceof IOException e) {
        throw e;
      }
      throw (RuntimeException) failure;
    } catch (MalformedMessageException e) {
      throw lost(e);
    } finally {
      lock.unlock();
    }
  }

  private Incoming exchange(@Nullable ByteBuffer bulk) throws IOException {
    try {
      IOException unsent = send(bulk);
      Incoming in = link.receive(Link.FOREVER, Link.FOREVER);
      if (in == null) {
        throw unsent == null ? new IOException("it closed the connection") : unsent;
      }
      return in;
    } catch (InterruptedIOException e) {
      lost(e);
      throw e;
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Whoever closes a connection may have said why. */
  private @Nullable IOException send(@Nullable ByteBuffer bulk) throws InterruptedIOException {
    try {
      link.send(out, bulk, Link.FOREVER);
      return null;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return e;
    }
  }

  private <T> T received(Incoming in, BulkAnswer<T> answer) throws IOException {
    try {
      return answer.read(in, link);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private void ensureUsable() throws IOException {
    IOException before = broken;
    if (before != null) {
      throw new ControlConnectionException(String.valueOf(before.getMessage()), before);
    }
  }

  private IOException lost(IOException cause) {
    IOException before = broken;
    if (before != null) {
      return before;
    }
    IOException failure =
        new ControlConnectionException(
            "process "
                + pid
                + ", which has the store "
                + store
                + " open, has ended or closed the connection; what was durable is safe",
            cause);
    broken = failure;
    try {
      link.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** Tells the other end, unless it is busy answering, that this one lives. */
  void giveSignOfLife() throws IOException {
    if (lock.tryLock()) {
      try {
        if (!isBroken()) {
          call(Operation.PING, request -> {}, in -> Boolean.TRUE);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Ends it, whatever it is waiting for. */
  @Override
  public void close() throws IOException {
    if (broken == null) {
      broken = new ControlConnectionException("the connection to " + store + " is closed", null);
    }
    link.close();
  }
}
