package org.dedupfs.metadata;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;

/** A read transaction on a connection of its own. */
final class SqliteSnapshot implements MetadataSnapshot {
  /** As many findings of SQLite as anybody will read. */
  private static final int MOST_STRUCTURAL = 100;

  private static final int STEPS_PER_LOOK = 10_000;

  /** Of what is read between two looks at the log. */
  private static final int ROWS_PER_LOOK = 128;

  private static final long FEW_BYTES = 16L << 20;

  private final SqliteFile source;
  private final long mostLogBytes;

  /** A log of that many bytes is left alone even where space is scarce. */
  private final long fewLogBytes;

  private final Path file;
  private final Connection connection;
  private final SqliteReader reader;
  private final Runnable whenClosed;
  private int rowsRead;

  private SqliteSnapshot(
      SqliteFile source,
      long fewLogBytes,
      long mostLogBytes,
      Connection connection,
      Runnable whenClosed) {
    this.source = source;
    this.fewLogBytes = fewLogBytes;
    this.mostLogBytes = mostLogBytes;
    this.file = source.path();
    this.connection = connection;
    this.reader = new SqliteReader(source.path(), connection);
    this.whenClosed = whenClosed;
  }

  /**
   * Begins one.
   *
   * @param mostLogBytes the log at which it ends
   * @param whenClosed run once; not if there is no connection
   */
  static SqliteSnapshot begin(SqliteFile source, long mostLogBytes, Runnable whenClosed)
      throws SQLException, IOException {
    long few = source.logBytes() + FEW_BYTES;
    Connection connection = source.openReader();
    SqliteSnapshot snapshot = new SqliteSnapshot(source, few, mostLogBytes, connection, whenClosed);
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN");
      // Only a first read makes the moment.
      statement.executeQuery("SELECT count(*) FROM sqlite_schema").close();
      return snapshot;
    } catch (SQLException e) {
      IOException failure = SqliteErrors.translate(e, source.path(), "read");
      try {
        snapshot.close();
      } catch (IOException close) {
        failure.addSuppressed(close);
      }
      throw failure;
    }
  }

  private boolean isLogTooLong() throws IOException {
    if (mostLogBytes == Long.MAX_VALUE) {
      return false;
    }
    long bytes = source.logBytes();
    return bytes > mostLogBytes || (bytes > fewLogBytes && source.isRoomScarce());
  }

  private SnapshotEndedException ended() {
    return new SnapshotEndedException(
        source.log()
            + " would become longer than "
            + mostLogBytes
            + " bytes, or take what is left of the disk");
  }

  private void readRow() throws IOException {
    if (++rowsRead % ROWS_PER_LOOK == 0 && isLogTooLong()) {
      throw ended();
    }
  }

  @Override
  public <R extends Row> @Nullable R get(RowKey<R> key) throws IOException {
    readRow();
    try {
      return reader.get(key);
    } catch (SQLException e) {
      throw SqliteErrors.translate(e, file, "read");
    }
  }

  @Override
  public <R extends Row> Rows<R> rows(RowKey<R> from, RowKey<R> to, Damage damage)
      throws IOException {
    try {
      return new TableRows<>(from, to, damage);
    } catch (SQLException e) {
      throw SqliteErrors.translate(e, file, "read");
    }
  }

  private final class TableRows<R extends Row> implements Rows<R> {
    private final SqliteTable<R> table;
    private final Damage damage;
    private final PreparedStatement statement;
    private final ResultSet result;
    private final SqliteColumns.Reader columns;

    TableRows(RowKey<R> from, RowKey<R> to, Damage damage) throws SQLException {
      this.table = SqliteTables.of(from.table());
      this.damage = damage;
      this.statement = connection.prepareStatement(table.rangeSql());
      try {
        int bound = KeyBound.bindLower(statement, 0, table, from);
        bound = KeyBound.bindLower(statement, bound, table, to);
        statement.setInt(bound + 1, -1); // no limit
        this.result = statement.executeQuery();
        this.columns =
            new SqliteColumns.Reader(
                file, table.table(), SqliteColumns.of(result), new RowChecksum());
      } catch (SQLException e) {
        statement.close();
        throw e;
      }
    }

    @Override
    public @Nullable R next() throws IOException {
      try {
        while (result.next()) {
          readRow();
          R row = read();
          if (row != null) {
            return row;
          }
        }
        return null;
      } catch (SQLException e) {
        throw SqliteErrors.translate(e, file, "read");
      }
    }

    private @Nullable R read() throws SQLException, IOException {
      try {
        columns.start();
        return table.read(columns);
      } catch (MetadataDamagedException e) {
        damage.found(table.table(), String.valueOf(e.getMessage()));
      } catch (IllegalArgumentException e) {
        damage.found(
            table.table(), "a row of " + table.table() + " is malformed: " + e.getMessage());
      }
      return null;
    }

    @Override
    public void close() throws IOException {
      try {
        statement.close(); // and with it the result
      } catch (SQLException e) {
        throw SqliteErrors.translate(e, file, "read");
      }
    }
  }

  @Override
  public void checkStructure(Damage damage) throws IOException {
    EndEarly early = new EndEarly();
    try (Statement statement = connection.createStatement()) {
      ProgressHandler.setHandler(connection, STEPS_PER_LOOK, early);
      try (ResultSet found =
          statement.executeQuery("PRAGMA integrity_check(" + MOST_STRUCTURAL + ")")) {
        while (found.next()) {
          String line = found.getString(1);
          if (!line.equals("ok")) {
            damage.found(null, line.replace('\n', ' ') + ": " + file + " is damaged");
          }
        }
      } finally {
        ProgressHandler.clearHandler(connection);
      }
    } catch (SQLException e) {
      if (early.isLogTooLong) {
        throw ended();
      }
      if (Thread.currentThread().isInterrupted()) {
        InterruptedIOException stopped = new InterruptedIOException("interrupted");
        stopped.initCause(e);
        throw stopped;
      }
      IOException failure = SqliteErrors.translate(e, file, "read");
      if (!(failure instanceof MetadataDamagedException)) {
        throw failure;
      }
      damage.found(null, String.valueOf(failure.getMessage()));
    }
  }

  private final class EndEarly extends ProgressHandler {
    private boolean isLogTooLong;

    @Override
    protected int progress() {
      try {
        isLogTooLong = isLogTooLong();
      } catch (IOException e) {
        isLogTooLong = false; // whoever reads next is told
      }
      return isLogTooLong || Thread.currentThread().isInterrupted() ? 1 : 0;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      reader.close();
    } catch (SQLException e) {
      throw SqliteErrors.translate(e, file, "close");
    } finally {
      whenClosed.run();
    }
  }
}
