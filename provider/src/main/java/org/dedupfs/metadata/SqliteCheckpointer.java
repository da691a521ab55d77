package org.dedupfs.metadata;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves what the log holds into the file, on a thread and a connection of its own, so that the log
 * stays short and no commit waits for it.
 */
final class SqliteCheckpointer {
  /** When more than this is in the log only, it is copied. */
  static final long COPY_ABOVE_BYTES = 4L << 20;

  /** A log longer than this is cut off, for which commits wait a moment. */
  static final long CUT_ABOVE_BYTES = 32L << 20;

  private final SqliteFile file;
  private final BooleanSupplier pinned;
  private final AtomicBoolean requested = new AtomicBoolean();
  private final ThreadPoolExecutor thread;

  @GuardedBy("this")
  private @Nullable Connection connection;

  @GuardedBy("this")
  private boolean closed;

  private volatile @Nullable IOException failure;

  /**
   * @param pinned whether somebody reads an old state for long: the log is not cut off then, for
   *     commits would wait for that in vain
   */
  SqliteCheckpointer(SqliteFile file, BooleanSupplier pinned) {
    this.file = file;
    this.pinned = pinned;
    this.thread =
        new ThreadPoolExecutor(
            1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), SqliteCheckpointer::daemon);
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "dedupfs-metadata-checkpoint");
    thread.setDaemon(true);
    return thread;
  }

  /** To be called after each commit; returns at once. */
  void committed() {
    if (mayBeLong() && requested.compareAndSet(false, true)) {
      thread.execute(this::run);
    }
  }

  private boolean mayBeLong() {
    try {
      return file.logBytes() > COPY_ABOVE_BYTES;
    } catch (IOException e) {
      return true; // the checkpoint will find out
    }
  }

  /** Why a checkpoint failed, if one did. */
  @Nullable IOException failure() {
    return failure;
  }

  private void run() {
    requested.set(false);
    try {
      checkpoint();
    } catch (SQLException e) {
      IOException translated = SqliteErrors.translate(e, file.path(), "write");
      // Too many open files, or a lock: nothing was tried, so the next commit may ask again.
      if (!(translated instanceof FileSystemException)) {
        failure = translated;
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  /**
   * Copies as much as possible while commits go on. What was copied whole, the next commit
   * overwrites; when commits come faster than that, or one was huge, the log is cut off.
   */
  private synchronized void checkpoint() throws SQLException, IOException {
    if (closed) {
      return; // It was queued, and must not open the store's file again.
    }
    if (connection == null) {
      connection = file.openCheckpointer();
    }
    try (Statement statement = connection.createStatement()) {
      if (uncopiedBytes(statement) > COPY_ABOVE_BYTES) {
        statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
      }
      if (file.logBytes() > CUT_ABOVE_BYTES && !pinned.getAsBoolean()) {
        statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
      }
    }
  }

  /** Copies all and cuts the log off, unless somebody reads an old state. */
  synchronized void cut() throws SQLException {
    if (closed || pinned.getAsBoolean()) {
      return;
    }
    if (connection == null) {
      connection = file.openCheckpointer();
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }

  private static long uncopiedBytes(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(NOOP)")) {
      result.next();
      long pages = result.getLong("log") - result.getLong("checkpointed");
      return pages * SqliteFormat.PAGE_BYTES;
    }
  }

  /** Waits for the one under way. Idempotent. */
  void close() throws SQLException {
    thread.shutdown();
    synchronized (this) {
      closed = true;
      if (connection != null) {
        connection.close();
        connection = null;
      }
    }
  }
}
