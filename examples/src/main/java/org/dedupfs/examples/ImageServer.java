package org.dedupfs.examples;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;

/** Disks of virtual machines over HTTP with ranges, for qemu: {@code ImageServer STORE PORT}. */
public final class ImageServer {
  private ImageServer() {}

  static LocalServer start(Path directory, int port) throws IOException {
    DedupFileSystem store = DedupFileSystems.open(directory);
    return LocalServer.start(store, exchange -> answer(exchange, store), port);
  }

  private static void answer(HttpExchange exchange, DedupFileSystem store) throws IOException {
    Path file = store.getPath(exchange.getRequestURI().getPath()).normalize();
    boolean isKnown = Files.isRegularFile(file);
    try (exchange) {
      if (!isKnown || !exchange.getRequestMethod().matches("GET|HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(isKnown ? 405 : 404, -1);
        return;
      }
      try (DedupFileChannel image = (DedupFileChannel) FileChannel.open(file)) {
        EntityTag tag = EntityTag.of(image);
        if (!tag.isAll(exchange)) {
          send(exchange, image, tag);
        }
      }
    }
  }

  private static void send(HttpExchange exchange, FileChannel image, EntityTag tag)
      throws IOException {
    Headers asked = exchange.getRequestHeaders();
    Headers answer = exchange.getResponseHeaders();
    long size = image.size();
    boolean get = exchange.getRequestMethod().equals("GET"); // of others ranges are ignored
    boolean same = asked.getOrDefault("If-Range", List.of(tag.text())).contains(tag.text());
    ByteRange range = get && same ? ByteRange.of(asked.getFirst("Range"), size) : null;
    ByteRange part = range == null ? new ByteRange(0, size - 1) : range;
    String of = part.length() == 0 ? "*" : part.first() + "-" + part.last();
    answer.set("Accept-Ranges", "bytes");
    answer.set("Content-Length", Long.toString(part.length()));
    if (range != null) {
      answer.set("Content-Range", "bytes " + of + "/" + size);
    }
    int status = range == null ? 200 : range.length() == 0 ? 416 : 206;
    exchange.sendResponseHeaders(status, get && part.length() > 0 ? part.length() : -1);
    if (get) {
      WritableByteChannel body = Channels.newChannel(exchange.getResponseBody());
      for (long at = part.first(), sent = 1; sent > 0; at += sent) {
        sent = image.transferTo(at, part.last() + 1 - at, body);
      }
    }
  }

  public static void main(String... arguments) throws IOException {
    try (LocalServer running = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
      running.awaitEnter();
    }
  }
}
