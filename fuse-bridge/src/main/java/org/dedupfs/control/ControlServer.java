package org.dedupfs.control;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dedupfs.DedupFileSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets other processes of the same user, and root, use a store that this process has open: through
 * a Unix domain socket, {@code control}, in the store's directory. Clients are {@link
 * RemoteFileSystem}s. They ask for operations on paths in the store only; no file of the host is
 * ever opened for them.
 *
 * <p>Close it before the file system. Safe for use by any number of threads.
 */
public final class ControlServer implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  private final DedupFileSystem store;
  private final Path socket;
  private final Limits limits;
  private final ServerSocketChannel listener;
  private final @Nullable Object key;
  private final Peers peers;
  private final Map<ServerConnection, Thread> connections = new ConcurrentHashMap<>();
  private final Thread acceptor;
  private volatile boolean closed;

  private ControlServer(
      DedupFileSystem store,
      Path socket,
      Limits limits,
      ServerSocketChannel listener,
      @Nullable Object key,
      Peers peers) {
    this.store = store;
    this.socket = socket;
    this.limits = limits;
    this.listener = listener;
    this.key = key;
    this.peers = peers;
    this.acceptor = new Thread(this::accept, "control");
    acceptor.setDaemon(true);
  }

  /**
   * Starts to listen; the store's lock, which this process has, says that whatever socket is there
   * was left by a dead one.
   *
   * @throws IOException if the socket cannot be made, for example on a medium that is read only, or
   *     because another process that reads the same store listens; the store is usable without
   */
  public static ControlServer start(DedupFileSystem store) throws IOException {
    return start(store, Limits.DEFAULTS);
  }

  static ControlServer start(DedupFileSystem store, Limits limits) throws IOException {
    Peers peers = Peers.rootAndSelf();
    Path directory = store.storeDirectory();
    ServerSocketChannel listener = ControlSocket.listen(directory);
    Path socket = directory.resolve(ControlSocket.NAME);
    ControlServer server = new ControlServer(store, socket, limits, listener, keyOf(socket), peers);
    server.acceptor.start();
    return server;
  }

  private static @Nullable Object keyOf(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private void accept() {
    while (!closed) {
      try {
        welcome(listener.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.warn("a connection to {} failed: {}", socket, e.toString());
        // Perhaps for want of file descriptors: not to be tried again at once.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  private void welcome(SocketChannel accepted) throws IOException {
    boolean trusted;
    try {
      trusted = peers.trust(accepted);
    } catch (IOException | RuntimeException e) {
      accepted.close();
      throw e;
    }
    ServerConnection connection = new ServerConnection(store, Link.of(accepted), limits);
    @Nullable Exception refusal = null;
    if (!trusted) {
      refusal = new AccessDeniedException(socket.toString(), null, "this is another user's store");
    } else if (connections.size() >= limits.connections()) {
      refusal = new IOException("all connections to " + socket + " are in use");
    }
    if (refusal != null) {
      try {
        connection.refuse(refusal);
      } finally {
        connection.end();
      }
      return;
    }
    start(connection);
  }

  private void start(ServerConnection connection) throws IOException {
    Thread thread =
        new Thread(
            () -> {
              try {
                connection.run();
              } finally {
                connections.remove(connection);
              }
            },
            "control-connection");
    thread.setDaemon(true);
    connections.put(connection, thread);
    thread.start();
    if (closed) {
      connection.end();
    }
  }

  /** Connections that are there now. */
  int connections() {
    return connections.size();
  }

  /**
   * Ends all connections, having finished what they were doing, and removes the socket. A running
   * sweep ends early.
   */
  @Override
  public void close() throws IOException {
    closed = true;
    // Whatever becomes of the socket, nobody may be at work when the store is closed after this.
    try {
      removeSocket();
    } finally {
      try {
        listener.close();
      } finally {
        endConnections();
      }
    }
  }

  private void endConnections() throws IOException {
    join(acceptor);
    Map<ServerConnection, Thread> left = Map.copyOf(connections);
    IOException failure = null;
    for (ServerConnection each : left.keySet()) {
      try {
        each.end();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    left.values().forEach(ControlServer::join);
    if (failure != null) {
      throw failure;
    }
  }

  /** Waits for the end of a thread, also when interrupted. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Unless another server has put its own there. */
  private void removeSocket() throws IOException {
    if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)
        && (key == null || key.equals(keyOf(socket)))) {
      Files.deleteIfExists(socket);
    }
  }
}
