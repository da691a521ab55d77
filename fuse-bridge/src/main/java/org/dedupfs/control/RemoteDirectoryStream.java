package org.dedupfs.control;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The entries of a directory, fetched batch by batch. */
final class RemoteDirectoryStream implements DirectoryStream<Path> {
  private final RemotePath directory;
  private final Filter<? super Path> filter;
  private final ClientConnection connection;
  private final int handle;
  private final Queue<RemotePath> fetched = new ArrayDeque<>();

  /** Whether the server remembers the handle. */
  private final boolean kept;

  private boolean more;
  private boolean iterated;
  private volatile boolean closed;
  private @Nullable Path next;

  private RemoteDirectoryStream(
      RemotePath directory,
      Filter<? super Path> filter,
      ClientConnection connection,
      int handle,
      Incoming first)
      throws MalformedMessageException {
    this.directory = directory;
    this.filter = filter;
    this.connection = connection;
    this.handle = handle;
    this.kept = take(first);
  }

  static RemoteDirectoryStream open(RemotePath directory, Filter<? super Path> filter)
      throws IOException {
    return directory
        .getFileSystem()
        .use(
            connection ->
                connection.call(
                    Operation.OPEN_STREAM,
                    out -> out.text(directory.toString()),
                    in ->
                        new RemoteDirectoryStream(
                            directory, filter, connection, in.number32(), in)),
            false);
  }

  /** Takes names, and gives whether there are more; the server forgets what has no more at once. */
  private boolean take(Incoming in) throws MalformedMessageException {
    while (in.flag()) {
      fetched.add(directory.child(DirectoryRequests.checkedName(in.text())));
    }
    more = in.flag();
    return more;
  }

  @Override
  public synchronized Iterator<Path> iterator() {
    if (closed) {
      throw new IllegalStateException("the directory stream is closed");
    }
    if (iterated) {
      throw new IllegalStateException("a directory stream has one iterator");
    }
    iterated = true;
    return new Entries();
  }

  private final class Entries implements Iterator<Path> {
    @Override
    public boolean hasNext() {
      return hasNextEntry();
    }

    @Override
    public Path next() {
      return nextEntry();
    }
  }

  private synchronized boolean hasNextEntry() {
    try {
      while (next == null && !closed) {
        if (fetched.isEmpty() && more) {
          connection.call(Operation.NEXT_NAMES, out -> out.number32(handle), this::take);
        }
        RemotePath candidate = fetched.poll();
        if (candidate == null) {
          return false;
        }
        if (filter.accept(candidate)) {
          next = candidate;
        }
      }
    } catch (IOException e) {
      throw new DirectoryIteratorException(e);
    }
    return next != null;
  }

  private synchronized Path nextEntry() {
    if (!hasNextEntry()) {
      throw new NoSuchElementException();
    }
    Path result = Objects.requireNonNull(next);
    next = null;
    return result;
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      if (kept) {
        connection.call(Operation.CLOSE, out -> out.number32(handle), in -> Boolean.TRUE);
      }
    }
  }
}
