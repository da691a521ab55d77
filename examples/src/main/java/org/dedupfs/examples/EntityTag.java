package org.dedupfs.examples;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.UnixFileAttributes;
import org.jspecify.annotations.Nullable;

/** What tells one state of a file from another, as RFC 9110 (section 8.8.3) writes it. */
record EntityTag(String text) {
  /** Of the file behind an open channel; every change of its bytes or attributes changes ctime. */
  static EntityTag of(DedupFileChannel file) throws IOException {
    UnixFileAttributes now = file.attributeView().readAttributes();
    return new EntityTag("\"" + now.ino() + "-" + now.ctime() + "\"");
  }

  /** Tells it; true if the client had it already, has been told so, and needs nothing else. */
  boolean isAll(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("ETag", text);
    boolean same = isAmong(exchange.getRequestHeaders().get("If-None-Match"));
    if (same) {
      exchange.sendResponseHeaders(304, -1);
    }
    return same;
  }

  /** Whether a header such as {@code If-None-Match} names it; null if there is no such header. */
  private boolean isAmong(@Nullable List<String> headers) {
    return headers != null
        && headers.stream()
            .flatMap(header -> Arrays.stream(header.split(",", -1)))
            .map(tag -> tag.strip().replaceFirst("^W/", ""))
            .anyMatch(tag -> tag.equals("*") || tag.equals(text));
  }
}
