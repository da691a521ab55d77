package org.dedupfs.examples;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;

/**
 * A repository of build results in a store: {@code BuildCache STORE PORT}. It keeps what is PUT and
 * gives it back on GET, which is all that Maven ({@code mvn deploy} to and downloads from {@code
 * http://localhost:PORT/}), Gradle's HTTP build cache and Bazel's remote cache ask for. One build
 * differs little from the next, so it costs little.
 */
public final class BuildCache {
  private final DedupFileSystem store;

  private BuildCache(DedupFileSystem store) {
    this.store = store;
  }

  static LocalServer start(Path directory, int port) throws IOException {
    DedupFileSystem store = DedupFileSystems.create(directory);
    return LocalServer.start(store, new BuildCache(store)::answer, port);
  }

  private void answer(HttpExchange exchange) throws IOException {
    Path file = store.getPath(exchange.getRequestURI().getPath()).normalize();
    String method = exchange.getRequestMethod();
    try (exchange) {
      if (method.equals("PUT")) {
        Path part = Files.createTempFile(store.getPath("/"), ".put", "");
        Files.copy(exchange.getRequestBody(), part, StandardCopyOption.REPLACE_EXISTING);
        Files.createDirectories(file.getParent());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE); // nobody sees half a file
        exchange.sendResponseHeaders(201, -1);
      } else if (!method.matches("GET|HEAD") || !Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(Files.exists(file) ? 405 : 404, -1);
      } else {
        long size = Files.size(file);
        boolean wanted = size > 0 && method.equals("GET");
        exchange.getResponseHeaders().set("Content-Length", Long.toString(size));
        exchange.sendResponseHeaders(200, wanted ? size : -1);
        if (wanted) {
          Files.copy(file, exchange.getResponseBody());
        }
      }
    }
  }

  public static void main(String... arguments) throws IOException {
    try (LocalServer running = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
      running.awaitEnter();
    }
    try (DedupFileSystem store = DedupFileSystems.open(Path.of(arguments[0]))) {
      System.out.printf("each byte stands for %.2f%n", store.statistics().dedupRatio());
    }
  }
}
