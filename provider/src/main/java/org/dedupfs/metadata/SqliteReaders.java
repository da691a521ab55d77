package org.dedupfs.metadata;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Connections for reading: opened when first needed, at most as many as given out permits. Safe for
 * any number of threads; waiting is not interrupted, and nothing else is waited for while one is
 * held.
 */
final class SqliteReaders {
  private final SqliteFile file;
  private final int most;
  private final Semaphore permits;

  /** Guarded by itself; the one used last is on top, because its page cache is warm. */
  private final Deque<SqliteReader> idle = new ArrayDeque<>();

  private volatile boolean closed;

  SqliteReaders(SqliteFile file, int most) {
    this.file = file;
    this.most = most;
    this.permits = new Semaphore(most);
  }

  /** Something to read with one connection. */
  @FunctionalInterface
  interface Reading<T extends @Nullable Object> {
    T with(SqliteReader reader) throws SQLException, IOException;
  }

  <T extends @Nullable Object> T read(Reading<T> reading) throws IOException {
    permits.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IOException("closed: " + file.path());
      }
      SqliteReader reader = take();
      try {
        T result = reading.with(reader);
        giveBack(reader);
        return result;
      } catch (SQLException | IOException | RuntimeException | Error e) {
        drop(reader, e);
        throw e;
      }
    } catch (SQLException e) {
      throw SqliteErrors.translate(e, file.path(), "read");
    } finally {
      permits.release();
    }
  }

  private SqliteReader take() throws SQLException {
    synchronized (idle) {
      SqliteReader reader = idle.poll();
      if (reader != null) {
        return reader;
      }
    }
    return new SqliteReader(file.path(), file.openReader());
  }

  private void giveBack(SqliteReader reader) {
    synchronized (idle) {
      idle.push(reader);
    }
  }

  private static void drop(SqliteReader reader, Throwable cause) {
    try {
      reader.close();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** Waits for readings under way. Idempotent. */
  void close() throws SQLException {
    closed = true;
    permits.acquireUninterruptibly(most);
    try {
      synchronized (idle) {
        while (!idle.isEmpty()) {
          idle.pop().close();
        }
      }
    } finally {
      permits.release(most);
    }
  }
}
