package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.dedupfs.disk.RoomLeft;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Turns errors of SQLite into exceptions that say what happened, to which file, and what to do. */
final class SqliteErrors {
  private static final int PRIMARY_CODE = 0xFF;

  /**
   * What SQLite says, by its most general code, of a number at byte 44 of the file that no release
   * has written: see "Schema format number" in https://www.sqlite.org/fileformat2.html.
   */
  private static final String OTHER_SCHEMA_FORMAT = "unsupported file format";

  private SqliteErrors() {}

  /**
   * The exception to throw.
   *
   * @param doing what failed, as in "could not {@code doing} FILE"
   */
  static IOException translate(SQLException error, Path file, String doing) {
    SQLiteErrorCode code =
        error instanceof SQLiteException sqlite
            ? sqlite.getResultCode()
            : SQLiteErrorCode.UNKNOWN_ERROR;
    String failed = "could not " + doing + " " + file;
    String reason = " (" + code.name() + ")";
    return switch (primary(code)) {
      case SQLITE_FULL -> full(failed, reason, error);
      case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_MISMATCH ->
          damaged(failed, reason, error);
      case SQLITE_IOERR ->
          isWriting(code) && hasNoRoom(file)
              ? full(failed, reason, error)
              : new IOException(
                  failed + ": the disk reported an error; look at the system's log" + reason,
                  error);
      case SQLITE_CANTOPEN ->
          hasNoRoom(file)
              ? full(failed, reason, error) // it or its log could not be made
              : caused(
                  new FileSystemException(
                      file.toString(),
                      null,
                      failed
                          + ": it or its log is missing, not accessible, or the process has too"
                          + " many files open"
                          + reason),
                  error);
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
          hasNoRoom(file)
              ? full(failed, reason, error) // what cannot be opened for writing is for reading
              : caused(
                  new FileSystemException(
                      file.toString(),
                      null,
                      failed
                          + ": it cannot be written; check permissions, or open read-only"
                          + reason),
                  error);
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL ->
          caused(
              new FileSystemException(
                  file.toString(),
                  null,
                  failed + ": another program has it locked; end that one first" + reason),
              error);
      default ->
          String.valueOf(error.getMessage()).contains(OTHER_SCHEMA_FORMAT)
              ? damaged(failed, reason, error)
              : new IOException(failed + ": " + error.getMessage(), error);
    };
  }

  private static IOException damaged(String failed, String reason, SQLException error) {
    return new MetadataDamagedException(
        failed
            + ": its content is damaged; run dedupfs repair STORE, or put it back from a copy"
            + reason,
        error);
  }

  private static IOException full(String failed, String reason, SQLException error) {
    return new MetadataFullException(
        failed + ": no space left; free some, then open the store again" + reason, error);
  }

  private static boolean hasNoRoom(Path file) {
    return RoomLeft.isNone(file.toAbsolutePath().getParent());
  }

  /** Of a write that finds no space SQLite tells by {@code SQLITE_FULL}, but not of these. */
  private static boolean isWriting(SQLiteErrorCode code) {
    return switch (code) {
      case SQLITE_IOERR_WRITE,
          SQLITE_IOERR_FSYNC,
          SQLITE_IOERR_DIR_FSYNC,
          SQLITE_IOERR_TRUNCATE,
          SQLITE_IOERR_SHMOPEN,
          SQLITE_IOERR_SHMSIZE,
          SQLITE_IOERR_CLOSE ->
          true;
      default -> false;
    };
  }

  private static SQLiteErrorCode primary(SQLiteErrorCode code) {
    return SQLiteErrorCode.getErrorCode(code.code & PRIMARY_CODE);
  }

  private static IOException caused(IOException exception, Throwable cause) {
    exception.initCause(cause);
    return exception;
  }
}
