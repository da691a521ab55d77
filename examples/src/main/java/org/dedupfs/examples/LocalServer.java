package org.dedupfs.examples;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileSystem;

/** Answers HTTP on this machine only, until it is closed; the store is closed with it. */
final class LocalServer implements Closeable {
  private final DedupFileSystem store;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private LocalServer(DedupFileSystem store, HttpServer server) {
    this.store = store;
    this.server = server;
  }

  /** Listens; port 0 is any free one. Where that fails, the store is closed. */
  static LocalServer start(DedupFileSystem store, HttpHandler handler, int port)
      throws IOException {
    InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      LocalServer started = new LocalServer(store, HttpServer.create(here, 0));
      started.server.createContext("/", handler);
      started.server.setExecutor(started.threads);
      started.server.start();
      return started;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  void awaitEnter() throws IOException {
    System.out.println("http://localhost:" + port() + "/; press Enter to stop");
    System.in.read();
  }

  @Override
  public void close() throws IOException {
    try (store) {
      server.stop(0);
      threads.shutdown();
      // Requests under way fail, now that nobody is there; they tidy up in the store.
      if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IOException("requests under way do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before all requests had ended");
    }
  }
}
