package org.dedupfs.metadata;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what the log holds into the file, on a thread and a connection of its own, so that the log
 * stays short and no commit waits for it; and notes there how far the log has come.
 */
final class SqliteCheckpointer {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteCheckpointer.class);

  /** When more than this is in the log only, it is copied. */
  static final long COPY_ABOVE_BYTES = 4L << 20;

  /** A log longer than this is cut off, for which commits wait a moment. */
  static final long CUT_ABOVE_BYTES = 32L << 20;

  /** So long after a commit it is noted that the log has it. */
  private static final int MARK_AFTER_MILLIS = 1_000;

  private final SqliteFile file;
  private final BooleanSupplier pinned;
  private final LogMarker marker;
  private final AtomicBoolean requested = new AtomicBoolean();
  private final AtomicBoolean markRequested = new AtomicBoolean();
  private volatile long lastCommit;
  private final ScheduledThreadPoolExecutor thread;

  @GuardedBy("this")
  private @Nullable Connection connection;

  @GuardedBy("this")
  private boolean closed;

  private volatile @Nullable IOException failure;

  /**
   * @param pinned whether somebody reads an old state for long: the log is not cut off then, for
   *     commits would wait for that in vain
   */
  SqliteCheckpointer(SqliteFile file, LogMarker marker, BooleanSupplier pinned) {
    this.file = file;
    this.marker = marker;
    this.pinned = pinned;
    this.thread = new ScheduledThreadPoolExecutor(1, SqliteCheckpointer::daemon);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setKeepAliveTime(10, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "dedupfs-metadata-checkpoint");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * To be called after each commit; returns at once.
   *
   * @param number of the commit
   */
  void committed(long number) {
    lastCommit = number;
    if (mayBeLong()) {
      ask(requested, () -> thread.execute(this::run));
    }
    ask(
        markRequested,
        () -> {
          Future<?> unused = thread.schedule(this::mark, MARK_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        });
  }

  /** The next commit asks again if no thread can be started; what is committed stays so. */
  private void ask(AtomicBoolean asked, Runnable order) {
    if (asked.compareAndSet(false, true)) {
      try {
        order.run();
      } catch (RuntimeException | Error e) {
        asked.set(false);
        LOG.warn("the log of {} cannot be looked after for now", file.path(), e);
      }
    }
  }

  /** Were this to fail, the next commit would ask again; nothing depends on it. */
  private synchronized void mark() {
    markRequested.set(false);
    if (closed) {
      return;
    }
    try (Statement statement = connection().createStatement()) {
      marker.note(statement, lastCommit);
    } catch (SQLException | IOException e) {
      LOG.warn("how far the log of {} has come cannot be noted: {}", file.path(), e.getMessage());
    }
  }

  @GuardedBy("this")
  private Connection connection() throws SQLException {
    if (connection == null) {
      connection = file.openCheckpointer();
    }
    return connection;
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
      noteFailure(SqliteErrors.translate(e, file.path(), "write"));
    } catch (IOException e) {
      failure = e;
    }
  }

  private void noteFailure(IOException translated) {
    // Too many open files, or a lock: nothing was tried, so the next commit may ask again.
    if (!(translated instanceof FileSystemException)) {
      failure = translated;
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
    try (Statement statement = connection().createStatement()) {
      if (uncopiedBytes(statement) > COPY_ABOVE_BYTES) {
        statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
      }
      if (file.logBytes() > CUT_ABOVE_BYTES && !pinned.getAsBoolean() && marker.allowEmptyLog()) {
        statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
      }
    }
  }

  /**
   * Copies all and cuts the log off, unless somebody reads an old state. For a disk that is nearly
   * full: that there is no space for it is no failure.
   */
  synchronized void cut() throws SQLException {
    if (closed || pinned.getAsBoolean() || !marker.allowEmptyLog()) {
      return;
    }
    try (Statement statement = connection().createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (SQLException e) {
      IOException translated = SqliteErrors.translate(e, file.path(), "write");
      if (!(translated instanceof MetadataFullException)) {
        noteFailure(translated);
      }
      throw e;
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
