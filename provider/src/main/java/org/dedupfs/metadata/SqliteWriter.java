package org.dedupfs.metadata;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The one connection that writes. Used by one thread at a time. */
final class SqliteWriter {
  private final Connection connection;
  private final Statement control;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final RowChecksum checksum = new RowChecksum();

  private final AtomicLong commits;

  private SqliteWriter(Connection connection, Statement control, long commits) {
    this.connection = connection;
    this.control = control;
    this.commits = new AtomicLong(commits);
  }

  /** Takes over the connection. */
  static SqliteWriter on(Connection connection, Path database) throws SQLException {
    return new SqliteWriter(
        connection, connection.createStatement(), SqliteFile.commits(database, connection));
  }

  Connection connection() {
    return connection;
  }

  /** The number of the last commit. */
  long commits() {
    return commits.get();
  }

  /** All or nothing; the caller must not commit again after an exception. */
  void commit(MetadataBatch batch) throws SQLException {
    control.execute("BEGIN IMMEDIATE");
    try {
      put(new Property(Property.COMMITS, Long.toString(commits.get() + 1)));
      for (Map.Entry<RowKey<?>, @Nullable Row> change : batch.changes().entrySet()) {
        Row row = change.getValue();
        if (row == null) {
          delete(change.getKey());
        } else {
          put(row);
        }
      }
      control.execute("COMMIT");
      commits.incrementAndGet();
    } catch (SQLException | RuntimeException | Error e) {
      rollBack(e);
      throw e;
    }
  }

  private void put(Row row) throws SQLException {
    put(SqliteTables.of(row.key().table()), row);
  }

  private <R extends Row> void put(SqliteTable<R> table, Row row) throws SQLException {
    PreparedStatement statement = prepared(table.putSql());
    SqliteColumns.Writer columns = new SqliteColumns.Writer(statement, checksum);
    columns.start(table.table());
    table.write(table.rowType().cast(row), columns);
    columns.end();
    statement.executeUpdate();
  }

  private void delete(RowKey<?> key) throws SQLException {
    SqliteTable<?> table = SqliteTables.of(key.table());
    if (key.isAllExtents()) {
      PreparedStatement all = prepared(table.deleteAllSql());
      all.setLong(1, key.first());
      all.executeUpdate();
      return;
    }
    PreparedStatement statement = prepared(table.deleteSql());
    KeyBound.bindKey(statement, table, key);
    statement.executeUpdate();
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  /** SQLite may have rolled back by itself already; then this fails, which does not matter. */
  private void rollBack(Throwable cause) {
    try {
      control.execute("ROLLBACK");
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** Closes the statements, too. */
  void close() throws SQLException {
    connection.close();
  }
}
