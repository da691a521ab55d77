package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** The version of the metadata file: makes it, recognises it, and migrates older ones. */
final class SqliteFormat {
  /** Marks a file as ours, see file(1): "DeFS". */
  static final int APPLICATION_ID = 0x44654653;

  static final int VERSION = 1;

  /** Larger pages read extents no faster and make small commits dearer. */
  static final int PAGE_BYTES = 4096;

  private SqliteFormat() {}

  /** Fills an empty file, in one transaction. */
  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA page_size = " + PAGE_BYTES);
      statement.execute("BEGIN");
      for (SqliteTable<?> table : SqliteTables.all()) {
        statement.execute(table.ddl());
      }
      statement.execute("PRAGMA application_id = " + APPLICATION_ID);
      statement.execute("PRAGMA user_version = " + VERSION);
      statement.execute("COMMIT");
    }
  }

  /**
   * Takes a constant number of reads.
   *
   * @return the version of the file, at most {@link #VERSION}
   * @throws MetadataFormatException if this is no file that we can use
   * @throws MetadataDamagedException if its tables are not those of its version
   */
  static int check(Connection connection, Path file) throws SQLException, IOException {
    int application = number(connection, "PRAGMA application_id");
    int version = number(connection, "PRAGMA user_version");
    if (application == 0 && number(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
      throw new MetadataFormatException(
          file + " is empty: its creation was interrupted; delete it and create the store again");
    }
    if (application != APPLICATION_ID) {
      throw new MetadataFormatException(
          String.format(
              "%s is an SQLite file of another application (id %08x)", file, application));
    }
    if (version > VERSION) {
      throw new MetadataFormatException(
          file
              + " has format version "
              + version
              + ", this DedupFS understands versions up to "
              + VERSION
              + ": use a newer DedupFS");
    }
    if (version < 1) {
      throw new MetadataDamagedException(file + " has the impossible format version " + version);
    }
    if (version == VERSION) {
      checkTables(connection, file);
    }
    return version;
  }

  /** Brings an older file to {@link #VERSION}; there is none older yet. */
  static void migrate(Connection connection, int fromVersion) throws SQLException {
    for (int version = fromVersion; version < VERSION; version++) {
      migrateFrom(connection, version);
    }
  }

  private static void migrateFrom(Connection connection, int version) throws SQLException {
    throw new SQLException("no migration from version " + version + " of " + connection);
  }

  private static void checkTables(Connection connection, Path file)
      throws SQLException, IOException {
    Map<String, String> found = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")) {
      while (result.next()) {
        found.put(result.getString(1), result.getString(2));
      }
    }
    checkNothingElse(connection, file);
    for (SqliteTable<?> table : SqliteTables.all()) {
      if (!table.ddl().equals(found.remove(table.table().toString()))) {
        throw new MetadataDamagedException(
            file + " is damaged: table " + table.table() + " is missing or not as it was created");
      }
    }
  }

  /** A trigger or a view would have statements of its own run within ours. */
  private static void checkNothingElse(Connection connection, Path file)
      throws SQLException, IOException {
    int others =
        number(
            connection,
            "SELECT count(*) FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL");
    if (others != 0) {
      throw new MetadataDamagedException(
          file + " is damaged: it has triggers, views or indexes that it was not created with");
    }
  }

  private static int number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getInt(1);
    }
  }
}
