package org.dedupfs.metadata;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.dedupfs.activity.RepeatedFailure;
import org.dedupfs.metadata.SqliteLog.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link LogMark} of an open store. That it cannot be written keeps nobody from anything:
 * it only tells less then, and never more than is true.
 */
final class LogMarker {
  private static final Logger LOG = LoggerFactory.getLogger(LogMarker.class);

  private final RepeatedFailure failure = new RepeatedFailure();

  private final SqliteFile file;
  private final boolean durable;

  /** What the file has; null if that is not known. */
  @GuardedBy("this")
  private @Nullable LogMark written;

  /** Whether the log was empty when this opening began to write to it. */
  @GuardedBy("this")
  private boolean isFresh;

  LogMarker(SqliteFile file, boolean durable) {
    this.file = file;
    this.durable = durable;
  }

  /**
   * Empties the log that an earlier opening left: what of it cannot be read would stand behind what
   * this opening writes, and look like damage.
   */
  synchronized void begin(Connection writer) throws IOException {
    if (!write(new LogMark(false, false, 0, 0, 0))) {
      return;
    }
    isFresh = file.logBytes() == 0 || isEmptied(writer);
    if (isFresh && durable) {
      write(new LogMark(true, false, 0, 0, 0));
    }
  }

  private static boolean isEmptied(Connection writer) {
    try (Statement statement = writer.createStatement();
        ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
      return result.next() && result.getInt("busy") == 0;
    } catch (SQLException e) {
      LOG.warn("the log of {} cannot be emptied yet: {}", writer, e.getMessage());
      return false; // a full disk, for example, on which a store can be opened nevertheless
    }
  }

  /** To be called before the log is emptied; returns whether it may be. */
  synchronized boolean allowEmptyLog() {
    return write(new LogMark(isFresh && durable, false, 0, 0, 0));
  }

  /**
   * Notes what the log has now, all of which is durable.
   *
   * @param commit the number of a commit that was durable before
   */
  synchronized void note(Statement statement, long commit) throws SQLException, IOException {
    Header before = header();
    int frames;
    try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(NOOP)")) {
      frames = result.next() ? Math.max(0, result.getInt("log")) : 0;
    }
    if (before != null && Objects.equals(before, header())) {
      write(
          new LogMark(
              isFresh && durable,
              true,
              before.salts(),
              durable ? frames : 0,
              durable ? commit : 0));
    }
  }

  /** The log has no locks on it that closing a descriptor of it could drop. */
  private @Nullable Header header() throws IOException {
    try (SqliteLog log = SqliteLog.open(file.log())) {
      return log.header();
    }
  }

  @GuardedBy("this")
  private boolean write(LogMark mark) {
    if (mark.equals(written)) {
      return true;
    }
    try {
      written = null;
      mark.write(file.path());
      written = mark;
      if (failure.hasEnded()) {
        LOG.info("the mark beside {} can be written again", file.path());
      }
      return true;
    } catch (IOException e) {
      if (failure.isNews(String.valueOf(e.getMessage()))) {
        LOG.warn("the mark beside {} cannot be written: {}", file.path(), e.getMessage());
      }
      return false;
    }
  }

  /** To be called before the log is deleted. */
  synchronized void end() throws IOException {
    written = null;
    LogMark.delete(file.path());
  }
}
