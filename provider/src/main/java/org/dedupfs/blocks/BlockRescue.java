package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;

/**
 * Takes the blocks out of the files of a store that cannot be opened, or lacks some of them, into a
 * new store. Each file says what it holds, and each block what it is: so no list of files is
 * needed.
 */
public final class BlockRescue {
  /** As far as one look for readable entries goes beyond the last one that was read. */
  private static final long MOST_PROBES = 1L << 20;

  private final RocksDbBlockStore target;
  private final SweepProgress progress;
  private long totalBytes;
  private long bytes;
  private long blocks;
  private long damaged;
  private long unreadableFiles;

  private BlockRescue(RocksDbBlockStore target, SweepProgress progress) {
    this.target = target;
    this.progress = progress;
  }

  /**
   * What became of it.
   *
   * @param blocks saved; one that a sweep had deleted not long ago may be among them
   * @param damaged blocks that were found and could not be saved
   * @param unreadableFiles files of which nothing could be read
   */
  public record Result(long blocks, long damaged, long unreadableFiles) {}

  /**
   * Saves all blocks in {@code from} to a new store in {@code to}, which does not exist. Needs the
   * space that they take once more.
   *
   * @throws IOException also if a file cannot be read for a reason that is none of its bytes: what
   *     is in it may be sound
   */
  public static Result run(Path from, Path to, BlockStoreOptions options, SweepProgress progress)
      throws IOException {
    RocksDB.loadLibrary();
    try (RocksDbBlockStore target =
        RocksDbBlockStore.open(
            to,
            options.withCreate(true),
            count -> {
              throw new IOException("blocks that are saved keep their ids");
            })) {
      BlockRescue rescue = new BlockRescue(target, progress);
      for (Table table : rescue.tables(from)) {
        rescue.save(table.file);
      }
      target.flush();
      return new Result(rescue.blocks, rescue.damaged, rescue.unreadableFiles);
    }
  }

  private record Table(Path file, long firstId) {}

  /** An open file of RocksDB. */
  record OpenTable(Options options, SstFileReader reader) implements AutoCloseable {
    static OpenTable of(Path file) throws RocksDBException {
      Options options = new Options();
      OpenTable table = new OpenTable(options, new SstFileReader(options));
      try {
        table.reader.open(file.toString());
        return table;
      } catch (RocksDBException e) {
        table.close();
        throw e;
      }
    }

    boolean holdsBlocks() throws RocksDBException {
      return Arrays.equals(
          reader.getTableProperties().getColumnFamilyName(), RocksFamilies.BLOCKS_NAME);
    }

    @Override
    public void close() {
      reader.close();
      options.close();
    }
  }

  /** Whether there are blocks in a directory, or files of which that cannot be told. */
  static boolean mayHoldBlocks(Path directory) throws IOException {
    RocksDB.loadLibrary();
    for (Path file : files(directory)) {
      try (OpenTable open = OpenTable.of(file)) {
        if (open.holdsBlocks()) {
          return true;
        }
      } catch (RocksDBException e) {
        return true;
      }
    }
    return false;
  }

  /** All files that may have blocks. */
  static List<Path> files(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.sst")) {
      files.forEach(found::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  /** The files of blocks, in the order of their first ones: ids are to be put ascending. */
  private List<Table> tables(Path directory) throws IOException {
    List<Table> tables = new ArrayList<>();
    for (Path file : files(directory)) {
      try (OpenTable open = OpenTable.of(file)) {
        if (open.holdsBlocks()) {
          tables.add(new Table(file, firstId(open.reader)));
          totalBytes += Files.size(file);
        }
      } catch (RocksDBException e) {
        unreadable(file, e);
      }
    }
    tables.sort(Comparator.comparingLong(Table::firstId));
    return tables;
  }

  private void unreadable(Path file, RocksDBException e) throws IOException {
    RocksErrors.requireDamage(file, e);
    unreadableFiles++;
  }

  private static long firstId(SstFileReader reader) {
    try (ReadOptions reading = new ReadOptions();
        SstFileReaderIterator entries = reader.newIterator(reading)) {
      entries.seekToFirst();
      return entries.isValid() ? Keys.number(entries.key(), 0) : 0;
    }
  }

  private void save(Path file) throws IOException {
    try (OpenTable open = OpenTable.of(file)) {
      long next = 0;
      long probes = 0;
      while (probes < MOST_PROBES) {
        long reached = saveFrom(file, open.reader, next);
        if (reached == Long.MAX_VALUE) {
          return;
        }
        // What cannot be read is passed over, one id at a time.
        probes = reached > next ? 0 : probes + 1;
        damaged += reached > next || probes == 1 ? 1 : 0;
        next = Math.max(reached, next) + 1;
      }
    } catch (RocksDBException e) {
      unreadable(file, e);
    }
  }

  /** Saves what can be read in one go; returns the first id that was not reached. */
  private long saveFrom(Path file, SstFileReader reader, long from) throws IOException {
    long next = from;
    try (ReadOptions reading = new ReadOptions().setFillCache(false);
        SstFileReaderIterator entries = reader.newIterator(reading)) {
      for (entries.seek(Keys.of(from)); entries.isValid(); entries.next()) {
        long id = Keys.number(entries.key(), 0);
        byte[] record = entries.value();
        try {
          target.restore(new BlockId(id), record);
          blocks++;
        } catch (BlockDamagedException e) {
          damaged++;
        }
        next = id + 1;
        bytes += record.length;
        progress.tell(id);
        progress.tellBytes(bytes, totalBytes);
      }
      entries.status();
      return Long.MAX_VALUE;
    } catch (RocksDBException e) {
      RocksErrors.requireDamage(file, e);
      return next;
    }
  }
}
