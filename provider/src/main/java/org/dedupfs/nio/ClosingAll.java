package org.dedupfs.nio;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Closes one thing after the other, whatever fails, and keeps what failed. For one thread. */
final class ClosingAll {
  private @Nullable IOException first;

  void close(Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      if (first == null) {
        first = e;
      } else {
        first.addSuppressed(e);
      }
    }
  }

  /** To be called when all are closed. */
  void throwFirst() throws IOException {
    if (first != null) {
      throw first;
    }
  }
}
