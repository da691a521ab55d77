package org.dedupfs.metadata;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.dedupfs.testing.FuzzBytes;

/**
 * Rows of any cells whose checksums are right nevertheless, as somebody could write them who wants
 * to harm whoever opens the store.
 */
public final class HostileRows {
  private HostileRows() {}

  /** Writes rows and changes cells of rows until the input is used up; at most 40 times. */
  public static void write(Path file, FuzzBytes input) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 40 && input.hasMore(); i++) {
        SqliteTable<?> table = SqliteTables.all().get(input.below(SqliteTables.all().size()));
        List<Object> cells = new ArrayList<>();
        List<Boolean> blobs = columns(table);
        List<Object> present = input.below(3) == 0 ? null : row(connection, table, input.small());
        boolean anyCell = present == null;
        int changed = present == null ? 0 : input.below(blobs.size());
        for (int c = 0; c < blobs.size(); c++) {
          boolean fresh = anyCell || c == changed;
          cells.add(
              !fresh ? present.get(c) : blobs.get(c) ? input.bytes() : (Object) input.number());
        }
        boolean rightChecksum = input.small() < 250;
        put(connection, table, cells, rightChecksum ? 0 : 1);
      }
      connection.commit();
    }
  }

  /** Whether each column, without the checksum, is a blob. */
  private static List<Boolean> columns(SqliteTable<?> table) {
    List<Boolean> blobs = new ArrayList<>();
    String ddl = table.ddl();
    String declared = ddl.substring(ddl.indexOf('(') + 1, ddl.indexOf(", crc"));
    for (String column : declared.split(", ", -1)) {
      blobs.add(column.contains("BLOB"));
    }
    return blobs;
  }

  private static List<Object> row(Connection connection, SqliteTable<?> table, int number)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT * FROM " + table.table() + " LIMIT 1 OFFSET " + number % 8)) {
      if (!result.next()) {
        return null;
      }
      List<Object> cells = new ArrayList<>();
      for (int c = 1; c < table.columnCount(); c++) {
        Object cell = result.getObject(c);
        cells.add(cell instanceof Integer small ? (Object) small.longValue() : cell);
      }
      return cells;
    }
  }

  private static void put(
      Connection connection, SqliteTable<?> table, List<Object> cells, int wrongBy)
      throws SQLException {
    RowChecksum checksum = new RowChecksum();
    checksum.start(table.table());
    String marks = String.join(", ", Collections.nCopies(cells.size() + 1, "?"));
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO " + table.table() + " VALUES (" + marks + ")")) {
      for (int c = 0; c < cells.size(); c++) {
        if (cells.get(c) instanceof byte[] bytes) {
          checksum.bytes(bytes);
          statement.setBytes(c + 1, bytes);
        } else {
          long value = (Long) cells.get(c);
          checksum.number(value);
          statement.setLong(c + 1, value);
        }
      }
      statement.setLong(cells.size() + 1, checksum.value() + wrongBy);
      statement.executeUpdate();
    }
  }
}
