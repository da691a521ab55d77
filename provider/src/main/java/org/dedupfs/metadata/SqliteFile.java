package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.dedupfs.disk.HostSpace;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * The metadata file and its companions, and how connections to it are opened.
 *
 * <p>While a connection is open, nothing here or elsewhere may open and close these files in
 * another way: POSIX drops all of a process's locks on a file when any descriptor of it is closed.
 * (Asking for the size opens nothing.)
 */
final class SqliteFile {
  private static final long SCARCE_BYTES = 256L << 20;

  static final String NAME = "metadata.sqlite";

  private static final int BUSY_TIMEOUT_MILLIS = 60_000;

  /** Commits wait while a checkpoint waits for readers. */
  private static final int CHECKPOINT_TIMEOUT_MILLIS = 500;

  private enum Mode {
    READ_WRITE("mode=rw"),
    READ_ONLY("mode=ro"),
    /** For media that cannot change: no locks, no shared memory, no log. */
    IMMUTABLE("mode=ro&immutable=1");

    private final String parameters;

    Mode(String parameters) {
      this.parameters = parameters;
    }
  }

  private final Path path;
  private final SqliteOptions options;
  private final Mode mode;

  /** Where the file lies, once that was asked: to find it out means to read the mount table. */
  private volatile @Nullable HostSpace disk;

  private SqliteFile(Path path, SqliteOptions options, Mode mode) {
    this.path = path;
    this.options = options;
    this.mode = mode;
  }

  /** A file that is there, to be opened as {@code options} say. */
  static SqliteFile existing(Path directory, SqliteOptions options) throws IOException {
    return existing(directory, options, Files.isWritable(directory));
  }

  /** As if {@code directory} could be written or not. */
  static SqliteFile existing(Path directory, SqliteOptions options, boolean writable)
      throws IOException {
    Path path = directory.resolve(NAME);
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(
          path.toString(), null, "there is no metadata: not a DedupFS store, or parts are missing");
    }
    if (!options.readOnly()) {
      return new SqliteFile(path, options, Mode.READ_WRITE);
    }
    SqliteFile immutable = new SqliteFile(path, options, Mode.IMMUTABLE);
    long logBytes = sizeOf(immutable.log());
    if (logBytes == 0) {
      return immutable;
    }
    if (!writable) {
      throw new FileSystemException(
          path.toString(),
          null,
          "the store was not closed cleanly ("
              + logBytes
              + " bytes are left in "
              + immutable.log().getFileName()
              + "), and nothing can be written here: open it once where it can be written, or"
              + " copy it");
    }
    return new SqliteFile(path, options, Mode.READ_ONLY);
  }

  /** An empty file that only its owner may read and write. */
  static SqliteFile created(Path directory, SqliteOptions options) throws IOException {
    Path path = directory.resolve(NAME);
    Files.createFile(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new SqliteFile(path, options, Mode.READ_WRITE);
  }

  Path path() {
    return path;
  }

  Path log() {
    return path.resolveSibling(NAME + "-wal");
  }

  boolean isReadOnly() {
    return mode != Mode.READ_WRITE;
  }

  /** The file itself, its log and its shared memory. */
  long diskBytes() throws IOException {
    return sizeOf(path) + sizeOf(log()) + sizeOf(path.resolveSibling(NAME + "-shm"));
  }

  long logBytes() throws IOException {
    return sizeOf(log());
  }

  /** How much longer the log may become for the sake of who reads an old state. */
  long mostLogGrowthBytes() throws IOException {
    return Math.max(options.snapshotLogBytes(), sizeOf(path) / 4);
  }

  /** Whether the disk has so little left that no log should grow for who only reads. */
  boolean isRoomScarce() throws IOException {
    HostSpace space = disk;
    if (space == null) {
      space = HostSpace.of(path.toAbsolutePath().getParent());
      disk = space;
    }
    return space.usableBytes() < SCARCE_BYTES;
  }

  private static long sizeOf(Path path) throws IOException {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** How many commits a file has by itself, without its log; 0 if that cannot be told. */
  static long commitsWithoutLog(Path database) {
    SqliteFile alone =
        new SqliteFile(database, SqliteOptions.DEFAULT.withReadOnly(true), Mode.IMMUTABLE);
    try (Connection connection = alone.openBare()) {
      return commits(database, connection);
    } catch (SQLException e) {
      return 0; // whoever opens it in earnest is told why
    }
  }

  /** How many commits there were; 0 if that cannot be told. */
  static long commits(Path database, Connection connection) {
    try {
      Property count =
          new SqliteReader(database, connection).get(RowKey.property(Property.COMMITS));
      return count == null ? 0 : Long.parseLong(count.value());
    } catch (SQLException | IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** For filling a new file: neither log nor settings yet. */
  Connection openBare() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    // Each connection is used by one thread at a time; and a missing file is an error.
    config.setOpenMode(SQLiteOpenMode.NOMUTEX);
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setReadOnly(isReadOnly());
    config.setGetGeneratedKeys(false); // would cost a query per insertion
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    // A URI, so that names with any bytes work.
    return config.createConnection(
        "jdbc:sqlite:file:" + path.toUri().getRawPath() + "?" + mode.parameters);
  }

  /** For looking at first, because {@link #startLog} changes the file. */
  Connection openWriter() throws SQLException {
    return open(
        options.writerCacheBytes(),
        "PRAGMA wal_autocheckpoint = 0",
        "PRAGMA fullfsync = ON",
        "PRAGMA checkpoint_fullfsync = ON",
        "PRAGMA synchronous = " + (options.durable() ? "FULL" : "NORMAL"));
  }

  static void startLog(Connection writer) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
    }
  }

  Connection openReader() throws SQLException {
    return open(options.readerCacheBytes(), "PRAGMA query_only = ON");
  }

  /** For checkpoints, which hardly use the page cache. */
  Connection openCheckpointer() throws SQLException {
    return open(
        64 << 10,
        "PRAGMA busy_timeout = " + CHECKPOINT_TIMEOUT_MILLIS,
        "PRAGMA wal_autocheckpoint = 0",
        "PRAGMA fullfsync = ON",
        "PRAGMA checkpoint_fullfsync = ON",
        "PRAGMA synchronous = " + (options.durable() ? "FULL" : "NORMAL"));
  }

  private Connection open(long cacheBytes, String... pragmas) throws SQLException {
    Connection connection = openBare();
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA mmap_size = 0");
      statement.execute("PRAGMA temp_store = MEMORY");
      statement.execute("PRAGMA cell_size_check = ON");
      statement.execute("PRAGMA trusted_schema = OFF");
      statement.execute("PRAGMA cache_size = -" + Math.max(64, cacheBytes >> 10));
      for (String pragma : pragmas) {
        statement.execute(pragma);
      }
      return connection;
    } catch (SQLException e) {
      try {
        connection.close();
      } catch (SQLException close) {
        e.addSuppressed(close);
      }
      throw e;
    }
  }

  /** Makes the name of a new file durable. */
  void forceDirectory() throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
