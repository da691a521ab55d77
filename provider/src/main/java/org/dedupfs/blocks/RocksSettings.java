package org.dedupfs.blocks;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ChecksumType;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionOptionsUniversal;
import org.rocksdb.CompactionPriority;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/** The settings of all families, and the native objects behind them, closed in reverse order. */
final class RocksSettings implements AutoCloseable {
  private static final long MIB = 1L << 20;
  private static final long UNBOUNDED_BYTES = 1L << 50;
  private static final int UNBOUNDED_FILES = 1 << 30;

  /** Part of the cache budget that is spent on the heap, by {@link FingerprintCache}. */
  static final int FINGERPRINT_CACHE_SHIFT = 3;

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private final BlockStoreOptions options;
  private final Cache cache;
  private final DBOptions database;
  private final List<ColumnFamilyDescriptor> families;

  RocksSettings(BlockStoreOptions options, boolean directIo) {
    this.options = options;
    // One cache for everything; write buffers are charged to it, so that both together stay within
    // their sum. Not strict: a strict cache fails reads while pinned entries fill a shard.
    long forCache = options.cacheBytes() - (options.cacheBytes() >> FINGERPRINT_CACHE_SHIFT);
    this.cache = own(new LRUCache(options.writeBufferBytes() + forCache, 4, false, 0.5));
    this.database = own(database(directIo));
    this.families =
        List.of(
            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, small()),
            new ColumnFamilyDescriptor(RocksFamilies.BLOCKS_NAME, blocks()),
            new ColumnFamilyDescriptor(RocksFamilies.INDEX_NAME, index()),
            new ColumnFamilyDescriptor(RocksFamilies.FINGERPRINTS_NAME, fingerprints()));
  }

  DBOptions database() {
    return database;
  }

  List<ColumnFamilyDescriptor> families() {
    return families;
  }

  private DBOptions database(boolean directIo) {
    WriteBufferManager buffers =
        own(new WriteBufferManager(options.writeBufferBytes(), cache, false));
    return new DBOptions()
        .setCreateIfMissing(options.create())
        .setCreateMissingColumnFamilies(options.create())
        // One damaged file must not keep the others from being read and written; every read is
        // verified anyway. That a flush has failed must then be found out: see RocksFlush.
        .setParanoidChecks(false)
        // All families stand at one common point after a crash.
        .setAtomicFlush(true)
        .setAvoidFlushDuringShutdown(true)
        // An error in the background is final for this opening.
        .setMaxBgErrorResumeCount(0)
        .setUseDirectIoForFlushAndCompaction(directIo)
        // The kernel sees by itself who reads on and on, and reads single blocks as they are.
        .setAdviseRandomOnOpen(false)
        .setWriteBufferManager(buffers)
        // All writes come from one lock.
        .setAllowConcurrentMemtableWrite(false)
        .setEnableWriteThreadAdaptiveYield(false)
        .setMaxBackgroundJobs(2)
        .setMaxOpenFiles(512)
        .setMaxManifestFileSize(16 * MIB)
        // Each opening takes so much, on a full disk, too; by default it is 4 MiB.
        .setManifestPreallocationSize(64 << 10)
        .setSkipStatsUpdateOnDbOpen(true)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(2)
        .setMaxLogFileSize(MIB);
  }

  /**
   * Large values under ascending keys: files that never overlap, moved once, to the last level, and
   * not rewritten. Each flush and each move costs RocksDB time for every file that there is, half
   * of it for the order in which they would be compacted by default.
   */
  private ColumnFamilyOptions blocks() {
    return family(table(4 << 10))
        .setTargetFileSizeBase(256 * MIB)
        .setMaxBytesForLevelBase(UNBOUNDED_BYTES)
        .setCompactionPriority(CompactionPriority.ByCompensatedSize);
  }

  /** Random keys, looked up singly and mostly in vain. */
  private ColumnFamilyOptions index() {
    BlockBasedTableConfig table =
        table(4 << 10)
            .setFilterPolicy(own(new BloomFilter(10)))
            .setPartitionFilters(true)
            // Each new hash is looked for in vain in all files of level 0, which are small.
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setOptimizeFiltersForMemory(true);
    return merged(family(table)).setTargetFileSizeBase(8 * MIB);
  }

  /** Small values under ascending keys, read by the page. */
  private ColumnFamilyOptions fingerprints() {
    return merged(family(table(16 << 10))).setTargetFileSizeBase(4 * MIB);
  }

  /**
   * For files that are small when they are flushed: merged with others of about their size, so that
   * an entry is rewritten a few times in all. By levels the whole first level would be rewritten
   * for each handful of them.
   */
  private ColumnFamilyOptions merged(ColumnFamilyOptions family) {
    return family
        .setCompactionStyle(CompactionStyle.UNIVERSAL)
        .setCompactionOptionsUniversal(own(new CompactionOptionsUniversal().setSizeRatio(20)))
        .setLevel0FileNumCompactionTrigger(8);
  }

  private ColumnFamilyOptions small() {
    return family(table(4 << 10));
  }

  private BlockBasedTableConfig table(int blockBytes) {
    return new BlockBasedTableConfig()
        .setBlockCache(cache)
        .setBlockSize(blockBytes)
        .setChecksumType(ChecksumType.kXXH3)
        .setFormatVersion(6)
        .setIndexType(IndexType.kTwoLevelIndexSearch)
        .setMetadataBlockSize(4 << 10)
        .setCacheIndexAndFilterBlocks(true)
        .setCacheIndexAndFilterBlocksWithHighPriority(true)
        .setPinTopLevelIndexAndFilter(true);
  }

  private ColumnFamilyOptions family(BlockBasedTableConfig table) {
    return own(new ColumnFamilyOptions())
        .setTableFormatConfig(table)
        // The store flushes by itself long before a memtable is full.
        .setWriteBufferSize(options.writeBufferBytes())
        .setMaxWriteBufferNumber(8)
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setLevelCompactionDynamicLevelBytes(true)
        .setParanoidFileChecks(options.verifyWrites())
        // Back-pressure is the store's own; a compaction that cannot go on must not stop writers.
        .setLevel0FileNumCompactionTrigger(4)
        .setLevel0SlowdownWritesTrigger(UNBOUNDED_FILES)
        .setLevel0StopWritesTrigger(UNBOUNDED_FILES)
        .setSoftPendingCompactionBytesLimit(0)
        .setHardPendingCompactionBytesLimit(0);
  }

  private <T extends AutoCloseable> T own(T object) {
    owned.push(object);
    return object;
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("a native object does not close", e);
      }
    }
  }
}
