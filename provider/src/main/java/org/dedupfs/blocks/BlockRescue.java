package org.dedupfs.blocks;

import java.io.IOException;
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

  /** The files of blocks, in the order of their first ones: ids are to be put ascending. */
  private List<Table> tables(Path directory) throws IOException {
    List<Table> tables = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.sst")) {
      for (Path file : files) {
        try (Options options = new Options();
            SstFileReader reader = new SstFileReader(options)) {
          reader.open(file.toString());
          byte[] family = reader.getTableProperties().getColumnFamilyName();
          if (Arrays.equals(family, RocksFamilies.BLOCKS_NAME)) {
            tables.add(new Table(file, firstId(reader)));
          }
        } catch (RocksDBException e) {
          unreadableFiles++;
        }
      }
    }
    tables.sort(Comparator.comparingLong(Table::firstId));
    return tables;
  }

  private static long firstId(SstFileReader reader) {
    try (ReadOptions reading = new ReadOptions();
        SstFileReaderIterator entries = reader.newIterator(reading)) {
      entries.seekToFirst();
      return entries.isValid() ? Keys.number(entries.key(), 0) : 0;
    }
  }

  private void save(Path file) throws IOException {
    try (Options options = new Options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(file.toString());
      long next = 0;
      long probes = 0;
      while (probes < MOST_PROBES) {
        long reached = saveFrom(reader, next);
        if (reached == Long.MAX_VALUE) {
          return;
        }
        // What cannot be read is passed over, one id at a time.
        probes = reached > next ? 0 : probes + 1;
        damaged += reached > next || probes == 1 ? 1 : 0;
        next = Math.max(reached, next) + 1;
      }
    } catch (RocksDBException e) {
      unreadableFiles++;
    }
  }

  /** Saves what can be read in one go; returns the first id that was not reached. */
  private long saveFrom(SstFileReader reader, long from) throws IOException {
    long next = from;
    try (ReadOptions reading = new ReadOptions().setFillCache(false);
        SstFileReaderIterator entries = reader.newIterator(reading)) {
      for (entries.seek(Keys.of(from)); entries.isValid(); entries.next()) {
        long id = Keys.number(entries.key(), 0);
        try {
          target.restore(new BlockId(id), entries.value());
          blocks++;
        } catch (BlockDamagedException e) {
          damaged++;
        }
        next = id + 1;
        InMemoryBlockStore.report(progress, id);
      }
      entries.status();
      return Long.MAX_VALUE;
    } catch (RocksDBException e) {
      return next;
    }
  }
}
