package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class SqliteErrorsTest {
  private static final Path FILE = Path.of("/srv/store/metadata.sqlite");

  private static final Map<SQLiteErrorCode, Class<? extends IOException>> EXPECTED =
      Map.ofEntries(
          Map.entry(SQLiteErrorCode.SQLITE_FULL, MetadataFullException.class),
          Map.entry(SQLiteErrorCode.SQLITE_CORRUPT, MetadataDamagedException.class),
          Map.entry(SQLiteErrorCode.SQLITE_CORRUPT_INDEX, MetadataDamagedException.class),
          Map.entry(SQLiteErrorCode.SQLITE_NOTADB, MetadataDamagedException.class),
          Map.entry(SQLiteErrorCode.SQLITE_IOERR, IOException.class),
          Map.entry(SQLiteErrorCode.SQLITE_IOERR_FSYNC, IOException.class),
          Map.entry(SQLiteErrorCode.SQLITE_CANTOPEN, FileSystemException.class),
          Map.entry(SQLiteErrorCode.SQLITE_READONLY_DIRECTORY, FileSystemException.class),
          Map.entry(SQLiteErrorCode.SQLITE_BUSY, FileSystemException.class),
          Map.entry(SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT, FileSystemException.class),
          Map.entry(SQLiteErrorCode.SQLITE_MISUSE, IOException.class));

  @Test
  void each_error_says_what_failed_on_which_file_and_keeps_its_cause() {
    EXPECTED.forEach(
        (code, type) -> {
          SQLException error = new SQLiteException("text of SQLite", code);
          IOException translated = SqliteErrors.translate(error, FILE, "commit changes to");
          assertThat(translated)
              .as("%s", code)
              .isExactlyInstanceOf(type)
              .hasMessageContaining("could not commit changes to " + FILE)
              .hasCause(error);
        });
  }

  @Test
  void errors_that_are_not_of_sqlite_are_translated_too() {
    assertThat(SqliteErrors.translate(new SQLException("pool"), FILE, "read"))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining("pool");
  }
}
