package org.dedupfs.control;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.HashMap;
import java.util.Map;

/** What one connection has open at the server; closed with it. For one thread. */
final class Handles implements Closeable {
  private final Map<Integer, Closeable> open = new HashMap<>();
  private final int most;
  private int last;

  Handles(int most) {
    this.most = most;
  }

  /** Takes over {@code opened}, which is closed if there are too many. */
  int add(Closeable opened) throws IOException {
    if (open.size() >= most) {
      opened.close();
      throw new IOException("a client may have " + most + " files and directories open at a time");
    }
    do {
      last = (last + 1) & Integer.MAX_VALUE;
    } while (last == 0 || open.containsKey(last));
    open.put(last, opened);
    return last;
  }

  /**
   * What is open under a handle.
   *
   * @throws ClosedChannelException if nothing is, perhaps any more: no reason to end the connection
   */
  <T> T get(int handle, Class<T> type) throws MalformedMessageException, ClosedChannelException {
    Closeable found = open.get(handle);
    if (found == null) {
      throw new ClosedChannelException();
    }
    if (!type.isInstance(found)) {
      throw new MalformedMessageException("there is no handle " + handle + " for that");
    }
    return type.cast(found);
  }

  Closeable remove(int handle) throws MalformedMessageException, ClosedChannelException {
    Closeable found = get(handle, Closeable.class);
    open.remove(handle);
    return found;
  }

  int size() {
    return open.size();
  }

  /** Closes all, also after one of them failed to. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (Closeable each : open.values()) {
      try {
        each.close();
      } catch (IOException | RuntimeException e) {
        if (failure == null) {
          failure = new IOException("not everything that a client left open could be closed");
        }
        failure.addSuppressed(e);
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
