package org.dedupfs.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;

/**
 * A directory of a store in a browser, by the JDK's simple web server: {@code WebServer STORE
 * DIRECTORY PORT}. Needs Java 18 or newer. Nothing hidden is shown, and no symbolic link, wherever
 * it leads. (Directories are listed here: that server's own list fails for every file system but
 * the default one, zip files among them.)
 */
public final class WebServer {
  private WebServer() {}

  static LocalServer start(Path storeDirectory, String directory, int port) throws IOException {
    DedupFileSystem store = DedupFileSystems.open(storeDirectory);
    HttpHandler files;
    try {
      files = files(store.getPath(directory));
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
    return LocalServer.start(
        store, exchange -> answer(exchange, store.getPath(directory), files), port);
  }

  /** {@code SimpleFileServer.createFileHandler(root)}, in a way that Java 17 compiles. */
  private static HttpHandler files(Path root) {
    try {
      Class<?> simple = Class.forName("com.sun.net.httpserver.SimpleFileServer");
      return (HttpHandler) simple.getMethod("createFileHandler", Path.class).invoke(null, root);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      String now = "; this is " + Runtime.version();
      throw new IllegalStateException("the simple web server needs Java 18 or newer" + now, e);
    }
  }

  private static void answer(HttpExchange exchange, Path root, HttpHandler files)
      throws IOException {
    String asked = exchange.getRequestURI().getPath();
    Path path = root.resolve(asked.substring(1)).normalize();
    boolean isListed = asked.endsWith("/") && Files.isDirectory(path);
    if (!isListed
        || !DirectoryPage.isShown(root, path)
        || Files.exists(path.resolve("index.html"))) {
      files.handle(exchange);
      return;
    }
    byte[] bytes = DirectoryPage.of(path).getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  public static void main(String... arguments) throws IOException {
    int port = Integer.parseInt(arguments[2]);
    try (LocalServer running = start(Path.of(arguments[0]), arguments[1], port)) {
      running.awaitEnter();
    }
  }
}
