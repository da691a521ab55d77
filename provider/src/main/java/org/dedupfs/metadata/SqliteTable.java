package org.dedupfs.metadata;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the rows of one table are laid out in SQLite. The columns of the key come first, then the
 * others, then {@code crc}.
 */
abstract class SqliteTable<R extends Row> {
  /** A part of a {@link RowKey}. */
  enum KeyPart {
    FIRST,
    SECOND,
    THIRD
  }

  private final Table<R> table;
  private final List<KeyPart> keyParts;
  private final List<String> keyColumns;
  private final List<String> columns;
  private final boolean clustered;
  private final String ddl;
  private final String selectSql;
  private final String rangeSql;
  private final String floorSql;
  private final String putSql;
  private final String deleteSql;

  /**
   * Takes the declarations apart.
   *
   * @param keyParts what the key consists of
   * @param clustered whether rows lie in the tree of their key, which is best for short ones; long
   *     ones would be read whole, overflow pages included, for each comparison of keys
   * @param declarations columns with their types, those of the key first; without crc
   */
  SqliteTable(
      Table<R> table, List<KeyPart> keyParts, boolean clustered, List<String> declarations) {
    this.table = table;
    this.keyParts = keyParts;
    this.columns = declarations.stream().map(d -> d.substring(0, d.indexOf(' '))).toList();
    this.clustered = clustered;
    this.keyColumns = columns.subList(0, keyParts.size());
    this.ddl =
        "CREATE TABLE "
            + table
            + " ("
            + declarations.stream().map(d -> d + " NOT NULL").collect(Collectors.joining(", "))
            + ", crc INTEGER NOT NULL, PRIMARY KEY ("
            + String.join(", ", keyColumns)
            + ")) STRICT"
            + (clustered ? ", WITHOUT ROWID" : "");
    this.selectSql = select() + " WHERE " + keyEquals();
    this.rangeSql = makeRangeSql();
    this.floorSql = makeFloorSql();
    this.putSql = makePutSql();
    this.deleteSql = "DELETE FROM " + table + " WHERE " + keyEquals();
  }

  abstract void write(R row, SqliteColumns.Writer to) throws SQLException;

  /** Has to call {@link SqliteColumns.Reader#end} before it makes the row. */
  abstract R read(SqliteColumns.Reader from) throws SQLException, IOException;

  /** The class of the rows. */
  abstract Class<R> rowType();

  Table<R> table() {
    return table;
  }

  /** Whether rows lie in the tree of their key. */
  boolean isClustered() {
    return clustered;
  }

  /** Whether the key is the number of the row, and no column of the record. */
  boolean isKeyedByRowId() {
    return !clustered && keyParts.equals(List.of(KeyPart.FIRST));
  }

  /** How many columns there are, the checksum included. */
  int columnCount() {
    return columns.size() + 1;
  }

  List<KeyPart> keyParts() {
    return keyParts;
  }

  String ddl() {
    return ddl;
  }

  // Each of these gives the same string every time: it is what prepared statements are found by.

  String selectSql() {
    return selectSql;
  }

  /** Parameters: the bounds, then the limit. */
  String rangeSql() {
    return rangeSql;
  }

  private String makeRangeSql() {
    String key = tuple(String.join(", ", keyColumns));
    String bound = tuple(marks(keyColumns.size()));
    return select() + " WHERE " + key + " >= " + bound + " AND " + key + " < " + bound + order("");
  }

  /** Parameters: those of {@link KeyBound#bindFloor}. */
  String floorSql() {
    return floorSql;
  }

  private String makeFloorSql() {
    List<String> rest =
        keyParts.get(0) == KeyPart.FIRST ? keyColumns.subList(1, keyColumns.size()) : keyColumns;
    String sameFirst = keyParts.get(0) == KeyPart.FIRST ? keyColumns.get(0) + " = ?" : "";
    String notAbove =
        rest.isEmpty() ? "" : tuple(String.join(", ", rest)) + " <= " + tuple(marks(rest.size()));
    String and = sameFirst.isEmpty() || notAbove.isEmpty() ? "" : " AND ";
    return select() + " WHERE " + sameFirst + and + notAbove + order(" DESC");
  }

  /** Updates in place, which touches fewer pages than replacing. */
  String putSql() {
    return putSql;
  }

  private String makePutSql() {
    String changes =
        Stream.concat(columns.stream().skip(keyColumns.size()), Stream.of("crc"))
            .map(c -> c + " = excluded." + c)
            .collect(Collectors.joining(", "));
    return "INSERT INTO "
        + table
        + " VALUES ("
        + marks(columns.size() + 1)
        + ") ON CONFLICT DO UPDATE SET "
        + changes;
  }

  String deleteSql() {
    return deleteSql;
  }

  /** Deletes all rows with the same first part of the key. */
  String deleteAllSql() {
    return "DELETE FROM " + table + " WHERE " + keyColumns.get(0) + " = ?";
  }

  private String select() {
    return "SELECT " + String.join(", ", columns) + ", crc FROM " + table;
  }

  private String keyEquals() {
    return keyColumns.stream().map(c -> c + " = ?").collect(Collectors.joining(" AND "));
  }

  private String order(String direction) {
    return " ORDER BY "
        + keyColumns.stream().map(c -> c + direction).collect(Collectors.joining(", "))
        + " LIMIT ?";
  }

  private static String tuple(String parts) {
    return parts.indexOf(',') < 0 ? parts : "(" + parts + ")";
  }

  private static String marks(int count) {
    return String.join(", ", Collections.nCopies(count, "?"));
  }
}
