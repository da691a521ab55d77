package org.dedupfs.metadata;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Metadata in the SQLite file {@code metadata.sqlite} of a directory, with a write-ahead log.
 *
 * <p>One connection writes; readers have their own and see the state of the last commit without
 * waiting for the next. After any failure of a commit or a checkpoint all later commits are
 * refused: what became of the unwritten pages is unknown then, and asking again could seem to
 * succeed. Threads may be interrupted; it changes nothing here.
 *
 * <p>Whoever opens a store first makes sure, with a lock of its own, that nobody else has it open.
 */
public final class SqliteMetadataStore implements MetadataStore {
  private final SqliteFile file;
  private final LogMarker marker;
  private final SqliteReaders readers;
  private final SqliteCheckpointer checkpointer;
  private final AtomicInteger snapshots = new AtomicInteger();
  private final ReentrantLock writing = new ReentrantLock();

  /** Null when read-only or closed. */
  @GuardedBy("writing")
  private @Nullable SqliteWriter writer;

  @GuardedBy("writing")
  private @Nullable Throwable failure;

  @GuardedBy("writing")
  private boolean closed;

  private SqliteMetadataStore(
      SqliteFile file, SqliteOptions options, LogMarker marker, @Nullable SqliteWriter writer) {
    this.file = file;
    this.marker = marker;
    this.readers = new SqliteReaders(file, options.readers());
    this.checkpointer = new SqliteCheckpointer(file, marker, () -> snapshots.get() > 0);
    this.writer = writer;
  }

  /**
   * Creates an empty store in an existing directory; it is durable when this returns.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   */
  public static SqliteMetadataStore create(Path directory, SqliteOptions options)
      throws IOException {
    if (options.readOnly()) {
      throw new IllegalArgumentException("a new store cannot be read-only");
    }
    SqliteFile file = SqliteFile.created(directory, options);
    try {
      try (Connection connection = file.openBare()) {
        SqliteFormat.create(connection);
      }
      file.forceDirectory();
      return open(file, options);
    } catch (SQLException e) {
      // Before anything is deleted: what that frees would hide that there is no room.
      IOException translated = SqliteErrors.translate(e, file.path(), "create");
      Files.deleteIfExists(file.path());
      throw translated;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file.path());
      throw e;
    }
  }

  /**
   * Opens the store of a directory, after a crash as well as after a clean close.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws MetadataFormatException if it is newer than this program, or no store at all
   * @throws MetadataDamagedException if it is evidently damaged (only a constant part is looked at,
   *     and all of the log that a crash left), or its log lacks what was committed
   */
  public static SqliteMetadataStore open(Path directory, SqliteOptions options) throws IOException {
    SqliteFile file = SqliteFile.existing(directory, options);
    try {
      return open(file, options);
    } catch (SQLException e) {
      throw SqliteErrors.translate(e, file.path(), "open");
    }
  }

  private static SqliteMetadataStore open(SqliteFile file, SqliteOptions options)
      throws SQLException, IOException {
    LogCheck.requireSound(file.path());
    LogMarker marker = new LogMarker(file, options.durable());
    if (file.isReadOnly()) {
      try (Connection connection = file.openReader()) {
        int version = SqliteFormat.check(connection, file.path());
        if (version < SqliteFormat.VERSION) {
          throw new MetadataFormatException(
              file.path()
                  + " has the old format version "
                  + version
                  + ": open it once for writing");
        }
      }
      return new SqliteMetadataStore(file, options, marker, null);
    }
    Connection connection = file.openWriter();
    try {
      int version = SqliteFormat.check(connection, file.path());
      SqliteFile.startLog(connection);
      SqliteFormat.migrate(connection, version);
      marker.begin(connection);
      return new SqliteMetadataStore(
          file, options, marker, SqliteWriter.on(connection, file.path()));
    } catch (SQLException | IOException | RuntimeException | Error e) {
      try {
        connection.close();
      } catch (SQLException close) {
        e.addSuppressed(close);
      }
      throw e;
    }
  }

  @Override
  public <R extends Row> @Nullable R get(RowKey<R> key) throws IOException {
    return readers.<@Nullable R>read(reader -> reader.get(key));
  }

  @Override
  public <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit) throws IOException {
    RowKey.checkRange(from, to, limit);
    return readers.read(reader -> reader.range(from, to, limit));
  }

  @Override
  public <R extends Row> @Nullable R floor(RowKey<R> key) throws IOException {
    return readers.<@Nullable R>read(reader -> reader.floor(key));
  }

  @Override
  public List<RowKey<ExtentPage>> extentKeys(InodeNumber inode) throws IOException {
    return readers.read(reader -> reader.extentKeys(inode));
  }

  @Override
  public MetadataSnapshot snapshot() throws IOException {
    return snapshot(Long.MAX_VALUE);
  }

  @Override
  public MetadataSnapshot boundedSnapshot() throws IOException {
    return snapshot(file.logBytes() + file.mostLogGrowthBytes());
  }

  private MetadataSnapshot snapshot(long mostLogBytes) throws IOException {
    snapshots.incrementAndGet();
    try {
      return SqliteSnapshot.begin(file, mostLogBytes, snapshots::decrementAndGet);
    } catch (SQLException e) {
      snapshots.decrementAndGet();
      throw SqliteErrors.translate(e, file.path(), "read");
    }
  }

  @Override
  public void commit(MetadataBatch batch) throws IOException {
    writing.lock();
    try {
      SqliteWriter open = writerForCommit();
      try {
        open.commit(batch);
      } catch (SQLException e) {
        IOException translated = SqliteErrors.translate(e, file.path(), "commit changes to");
        failure = translated;
        throw translated;
      } catch (RuntimeException | Error e) {
        failure = e;
        throw e;
      }
      checkpointer.committed(open.commits());
    } finally {
      writing.unlock();
    }
  }

  @GuardedBy("writing")
  private SqliteWriter writerForCommit() throws IOException {
    if (closed) {
      throw new IOException("closed: " + file.path());
    }
    if (writer == null) {
      throw new IOException("opened read-only: " + file.path());
    }
    if (failure == null) {
      failure = checkpointer.failure();
    }
    if (failure != null) {
      String message = file.path() + " is read-only since an error: " + failure.getMessage();
      throw failure instanceof MetadataFullException
          ? new MetadataFullException(message, failure)
          : new IOException(message, failure);
    }
    return writer;
  }

  /** For tests: runs a statement on the connection that commits. */
  void onWriter(String sql) throws SQLException {
    writing.lock();
    try {
      Connection connection = Objects.requireNonNull(writer).connection();
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void shortenLog() throws IOException {
    writing.lock();
    try {
      writerForCommit();
      checkpointer.cut();
    } catch (SQLException e) {
      throw SqliteErrors.translate(e, file.path(), "shorten the log of");
    } finally {
      writing.unlock();
    }
  }

  @Override
  public long diskBytes() throws IOException {
    return file.diskBytes();
  }

  /** Waits for what is under way; the log is merged into the file and removed. */
  @Override
  public void close() throws IOException {
    writing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      SqliteWriter last = writer;
      writer = null;
      if (last == null) {
        closeAll(readers::close, checkpointer::close);
      } else {
        closeAll(readers::close, checkpointer::close, marker::end, last::close);
      }
    } catch (SQLException e) {
      throw SqliteErrors.translate(e, file.path(), "close");
    } finally {
      writing.unlock();
    }
  }

  /** Something that is closed. */
  @FunctionalInterface
  private interface Closing {
    void close() throws SQLException, IOException;
  }

  private static void closeAll(Closing... closings) throws SQLException, IOException {
    Exception first = null;
    for (Closing closing : closings) {
      try {
        closing.close();
      } catch (SQLException | IOException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first instanceof SQLException error) {
      throw error;
    }
    if (first instanceof IOException error) {
      throw error;
    }
  }
}
