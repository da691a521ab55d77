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

  /**
   * The record of a block; null if no file has it. A record is the same in each file that has it.
   *
   * @throws RocksDBException if none has it, and one that may cannot be read
   */
  static byte @Nullable [] record(RocksDB db, byte[] key) throws RocksDBException {
    RocksDBException failure = null;
    for (LiveFileMetaData file : filesAround(db, key)) {
      try {
        byte[] record = record(new File(file.path(), file.fileName()), key);
        if (record != null) {
          return record;
        }
      } catch (RocksDBException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return null;
  }

  private static List<LiveFileMetaData> filesAround(RocksDB db, byte[] key) {
    List<LiveFileMetaData> files = new ArrayList<>();
    for (LiveFileMetaData file : db.getLiveFilesMetaData()) {
      if (Arrays.equals(file.columnFamilyName(), RocksFamilies.BLOCKS_NAME)
          && Arrays.compareUnsigned(file.smallestKey(), key) <= 0
          && Arrays.compareUnsigned(key, file.largestKey()) <= 0) {
        files.add(file);
      }
    }
    files.sort(Comparator.comparingLong(LiveFileMetaData::largestSeqno).reversed());
    return files;
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
