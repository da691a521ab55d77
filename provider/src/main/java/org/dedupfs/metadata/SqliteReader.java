package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection that reads rows. Used by one thread at a time. */
final class SqliteReader {
  private final Path file;
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final RowChecksum checksum = new RowChecksum();

  SqliteReader(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  <R extends Row> @Nullable R get(RowKey<R> key) throws SQLException, IOException {
    SqliteTable<R> table = SqliteTables.of(key.table());
    PreparedStatement statement = prepared(table.selectSql());
    KeyBound.bindKey(statement, table, key);
    return first(rows(table, statement, 1));
  }

  <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit)
      throws SQLException, IOException {
    SqliteTable<R> table = SqliteTables.of(from.table());
    PreparedStatement statement = prepared(table.rangeSql());
    int bound = KeyBound.bindLower(statement, 0, table, from);
    bound = KeyBound.bindLower(statement, bound, table, to);
    statement.setInt(bound + 1, limit);
    return rows(table, statement, limit);
  }

  <R extends Row> @Nullable R floor(RowKey<R> key) throws SQLException, IOException {
    SqliteTable<R> table = SqliteTables.of(key.table());
    PreparedStatement statement = prepared(table.floorSql());
    int bound = KeyBound.bindFloor(statement, table, key);
    if (bound < 0) {
      return null;
    }
    statement.setInt(bound + 1, 1);
    return first(rows(table, statement, 1));
  }

  /** Of rows that may be damaged only the key is read. */
  List<RowKey<ExtentPage>> extentKeys(InodeNumber inode) throws SQLException {
    PreparedStatement statement =
        prepared("SELECT file_offset FROM extents WHERE inode = ? ORDER BY file_offset");
    statement.setLong(1, inode.value());
    List<RowKey<ExtentPage>> keys = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        keys.add(RowKey.extents(inode, result.getLong(1)));
      }
    }
    return keys;
  }

  private static <R> @Nullable R first(List<R> rows) {
    return rows.isEmpty() ? null : rows.get(0);
  }

  private <R extends Row> List<R> rows(SqliteTable<R> table, PreparedStatement statement, int limit)
      throws SQLException, IOException {
    List<R> rows = new ArrayList<>(Math.min(limit, 256));
    // Closing the result ends the read transaction, which would keep the log from being emptied.
    try (ResultSet result = statement.executeQuery()) {
      SqliteColumns.Reader columns =
          new SqliteColumns.Reader(file, table.table(), SqliteColumns.of(result), checksum);
      while (rows.size() < limit && result.next()) {
        columns.start();
        rows.add(table.read(columns));
      }
    } catch (IllegalArgumentException e) {
      throw new MetadataDamagedException(
          file + " is damaged: a row of " + table.table() + " is malformed", e);
    }
    return rows;
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  /** Closes the statements, too. */
  void close() throws SQLException {
    connection.close();
  }
}
