package org.dedupfs.blocks;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReaderIterator;

/**
 * Reads a block from the files that may have it, and from no others. RocksDB asks all files, the
 * newest first, while there are three at most and all of them on level 0; then one that is damaged
 * keeps what lies in older ones from being read. Slow, and only needed beside damage.
 */
final class TableReads {
  private TableReads() {}

  /** Lists the files that may have a block now, the newest first. */
  interface Listing {
    List<File> filesAround(byte[] key);
  }

  /**
   * The record of a block; null if no file has it. A record is the same in each file that has it.
   *
   * @throws RocksDBException if none has it, and one that may cannot be read
   */
  static byte @Nullable [] record(RocksDB db, byte[] key) throws RocksDBException {
    return record(around -> filesAround(db, around), key);
  }

  /**
   * As {@link #record(RocksDB, byte[])}. A compaction deletes files that were listed a moment ago;
   * what was in them is in others then, so a failure counts only if the list has not changed.
   */
  static byte @Nullable [] record(Listing listing, byte[] key) throws RocksDBException {
    List<File> files = listing.filesAround(key);
    while (true) {
      RocksDBException failure = null;
      for (File file : files) {
        try {
          byte[] record = record(file, key);
          if (record != null) {
            return record;
          }
        } catch (RocksDBException e) {
          failure = failure == null ? e : failure;
        }
      }
      if (failure == null) {
        return null;
      }
      List<File> now = listing.filesAround(key);
      if (now.equals(files)) {
        throw failure;
      }
      files = now;
    }
  }

  private static List<File> filesAround(RocksDB db, byte[] key) {
    List<LiveFileMetaData> files = new ArrayList<>();
    for (LiveFileMetaData file : db.getLiveFilesMetaData()) {
      if (Arrays.equals(file.columnFamilyName(), RocksFamilies.BLOCKS_NAME)
          && Arrays.compareUnsigned(file.smallestKey(), key) <= 0
          && Arrays.compareUnsigned(key, file.largestKey()) <= 0) {
        files.add(file);
      }
    }
    files.sort(Comparator.comparingLong(LiveFileMetaData::largestSeqno).reversed());
    return files.stream().map(file -> new File(file.path(), file.fileName())).toList();
  }

  private static byte @Nullable [] record(File file, byte[] key) throws RocksDBException {
    try (BlockRescue.OpenTable table = BlockRescue.OpenTable.of(file.toPath());
        ReadOptions reading = new ReadOptions().setFillCache(false);
        SstFileReaderIterator entries = table.reader().newIterator(reading)) {
      entries.seek(key);
      entries.status();
      return entries.isValid() && Arrays.equals(entries.key(), key) ? entries.value() : null;
    }
  }
}
