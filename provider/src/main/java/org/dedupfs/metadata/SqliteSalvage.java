package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dedupfs.disk.RoomLeft;
import org.dedupfs.metadata.SqliteCells.Cell;
import org.jspecify.annotations.Nullable;

/**
 * Takes all sound rows out of a damaged metadata file into a new one. A row is known by its
 * checksum, which covers table, key and columns: so nothing else of the file has to be sound, be it
 * the tree above a page or the header. Memory does not grow with the file, but for one bit per page
 * and the positions of pages in the log.
 */
public final class SqliteSalvage {
  private static final long BYTES_PER_COMMIT = 4L << 20;

  /** Where rows are saved to. */
  private static final String PART = ".salvaging";

  /** Where all of them are, durable, until they are put in place. */
  private static final String COMPLETE = ".salvaged";

  private final Path directory;
  private final RowChecksum checksum = new RowChecksum();
  private final List<Row> waiting = new ArrayList<>();
  private final Set<RowKey<?>> doubtful = new HashSet<>();
  private long waitingBytes;
  private boolean certain = true;
  private long rows;

  private SqliteSalvage(Path directory) {
    this.directory = directory;
  }

  /**
   * What became of it.
   *
   * @param rows how many were saved
   * @param damagedFile where the damaged file is kept now
   * @param certain whether it is known which pages were given up; if not, rows that were deleted or
   *     replaced may be among the saved ones
   */
  public record Result(long rows, Path damagedFile, boolean certain) {}

  /**
   * Replaces the metadata file of a directory by one with all of its sound rows. The damaged one
   * stays under another name, and its log with it. Nobody may have it open.
   */
  public static Result run(Path directory) throws IOException {
    finish(directory);
    return new SqliteSalvage(directory).run();
  }

  private Result run() throws IOException {
    Path file = directory.resolve(SqliteFile.NAME);
    Path log = directory.resolve(SqliteFile.NAME + "-wal");
    Path part = directory.resolve(SqliteFile.NAME + PART);
    clear(part);
    Files.createDirectory(part);
    boolean saved = false;
    try {
      save(file, log, part);
      saved = rows > 0;
    } catch (MetadataFullException e) {
      throw full(file, log, e);
    } finally {
      if (!saved) {
        clear(part);
      }
    }
    if (!saved) {
      throw new MetadataDamagedException(
          "nothing in " + file + " can be saved; put it back from a copy");
    }
    Path complete = directory.resolve(SqliteFile.NAME + COMPLETE);
    Files.move(part, complete);
    force(directory);
    return new Result(rows, replace(file, complete), certain);
  }

  /** All sound rows, durable. */
  private void save(Path file, Path log, Path part) throws IOException {
    try (SqlitePages pages = SqlitePages.open(file, log);
        MetadataStore target = SqliteMetadataStore.create(part, SqliteOptions.DEFAULT)) {
      SqlitePages.Free free = pages.free();
      certain = free.complete();
      SqliteCells cells = new SqliteCells(pages);
      for (int number = 1; number <= pages.count(); number++) {
        if (!free.pages().get(number)) {
          for (Cell cell : cells.of(number)) {
            take(cell, target);
          }
        }
      }
      commit(target);
    }
    requireMerged(part);
    force(part.resolve(SqliteFile.NAME));
    force(part);
  }

  /** SQLite says nothing when it cannot merge the log while it closes: a full disk, for example. */
  private static void requireMerged(Path part) throws IOException {
    Path log = part.resolve(SqliteFile.NAME + "-wal");
    if (Files.exists(log) && Files.size(log) > 0) {
      if (RoomLeft.isNone(part)) {
        throw new MetadataFullException("the log of what was saved could not be merged", null);
      }
      throw new IOException(
          "what was saved of the metadata could not be written to "
              + part
              + ", and nothing was replaced; make room or mend the disk, then repair again");
    }
  }

  /** The rows are in the log of the new file first, and then in the file, too. */
  private MetadataFullException full(Path file, Path log, MetadataFullException cause)
      throws IOException {
    long bytes = 2 * (Files.size(file) + (Files.exists(log) ? Files.size(log) : 0));
    return new MetadataFullException(
        "no space left: a repair saves what is sound beside the damaged "
            + file
            + " and needs up to "
            + bytes
            + " bytes for it in "
            + directory
            + "; nothing was replaced; free some, then repair again",
        cause);
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void take(Cell cell, MetadataStore target) throws IOException {
    Row row = row(cell);
    if (row != null) {
      rows++;
      waiting.add(row);
      waitingBytes += row.weightBytes();
      if (waitingBytes > BYTES_PER_COMMIT) {
        commit(target);
      }
    }
  }

  private @Nullable Row row(Cell cell) throws IOException {
    for (SqliteTable<?> table : SqliteTables.all()) {
      if (cell.inTable() != table.isClustered() && cell.values().size() == table.columnCount()) {
        Row row = row(cell, table);
        if (row != null) {
          return row;
        }
      }
    }
    return null;
  }

  private @Nullable Row row(Cell cell, SqliteTable<?> table) throws IOException {
    try {
      SqliteColumns.Reader columns =
          new SqliteColumns.Reader(
              directory, table.table(), new CellColumns(cell, table.isKeyedByRowId()), checksum);
      columns.start();
      return table.read(columns);
    } catch (MetadataDamagedException | IllegalArgumentException | SQLException e) {
      return null; // is none of this table, or damaged
    }
  }

  /** The columns of a record. What has another type than a column of ours fails the checksum. */
  private record CellColumns(Cell cell, boolean keyedByRowId) implements SqliteColumns.Source {
    @Override
    public long number(int column) throws SQLException {
      if (column == 1 && keyedByRowId) {
        return cell.rowId();
      }
      if (cell.values().get(column - 1) instanceof Long number) {
        return number;
      }
      throw new SQLException("no number");
    }

    @Override
    public byte @Nullable [] bytes(int column) throws SQLException {
      if (cell.values().get(column - 1) instanceof byte[] bytes) {
        return bytes;
      }
      throw new SQLException("no bytes");
    }

    @Override
    public @Nullable Object shown(int column) {
      return null;
    }
  }

  private void commit(MetadataStore target) throws IOException {
    MetadataBatch batch = new MetadataBatch();
    for (Row row : waiting) {
      if (certain) {
        batch.put(row);
      } else {
        choose(row, batch, target);
      }
    }
    target.commit(batch);
    waiting.clear();
    waitingBytes = 0;
  }

  /**
   * A page that was given back and is not known to be may have old forms of rows. Of two forms of
   * what a file consists of neither is believed: its bytes are missing then, never wrong.
   */
  private void choose(Row row, MetadataBatch batch, MetadataStore target) throws IOException {
    if (row instanceof ExtentPage && doubtful.contains(row.key())) {
      return;
    }
    Row present = batch.changes().get(row.key());
    if (present == null) {
      present = target.get(row.key()); // nothing else is deleted from it but what is doubtful
    }
    if (present == null) {
      batch.put(row);
    } else if (row instanceof ExtentPage && !row.equals(present)) {
      doubtful.add(row.key());
      batch.delete(row.key());
    } else if (row instanceof Inode a
        && present instanceof Inode b
        && a.changeNanos() > b.changeNanos()) {
      batch.put(row);
    }
  }

  /**
   * Once the damaged file has been moved the new one is complete, and {@link #finish} puts it in
   * place. Before that the log goes: it would be taken for that of the new file.
   */
  private Path replace(Path file, Path work) throws IOException {
    Path aside = aside(file);
    Files.move(file, aside);
    finish(directory);
    if (Files.exists(work)) {
      throw new IOException("the saved metadata in " + work + " could not be put in place");
    }
    return aside;
  }

  /**
   * Puts bits of a log right that have flipped, if that is all that is wrong with it: then nothing
   * is lost. Nobody may have the metadata open.
   *
   * @return what was put right, and is durable
   */
  public static List<String> mendLog(Path directory) throws IOException {
    return LogCheck.mend(directory.resolve(SqliteFile.NAME));
  }

  /** Whether a run was interrupted between its last steps; nobody may use the metadata then. */
  public static boolean isPending(Path directory) {
    return Files.exists(directory.resolve(SqliteFile.NAME + COMPLETE));
  }

  /** Ends what an earlier run began and could not end, or takes it back. */
  public static void finish(Path directory) throws IOException {
    clear(directory.resolve(SqliteFile.NAME + PART));
    Path file = directory.resolve(SqliteFile.NAME);
    Path work = directory.resolve(SqliteFile.NAME + COMPLETE);
    Path saved = work.resolve(SqliteFile.NAME);
    if (Files.exists(file) || !Files.exists(saved)) {
      clear(work);
      return;
    }
    Path log = directory.resolve(SqliteFile.NAME + "-wal");
    if (Files.exists(log)) {
      Files.move(log, aside(log));
    }
    LogMark.delete(file);
    Files.deleteIfExists(directory.resolve(SqliteFile.NAME + "-shm"));
    Files.move(saved, file);
    clear(work);
    SqliteFile.existing(directory, SqliteOptions.DEFAULT).forceDirectory();
  }

  private static Path aside(Path file) {
    for (int i = 1; ; i++) {
      Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + i);
      if (!Files.exists(aside)) {
        return aside;
      }
    }
  }

  private static void clear(Path work) throws IOException {
    if (Files.isDirectory(work)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(work)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(work);
    }
  }
}
