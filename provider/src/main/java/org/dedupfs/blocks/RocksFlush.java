package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.disk.HostSpace;
import org.dedupfs.disk.RoomLeft;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A flush that ends. RocksDB's own waiting flush sleeps for ever after an error that it does not
 * hold to be fatal, a full disk among them (facebook/rocksdb issue 15030); so this one starts the
 * flush, and watches until nothing waits to be flushed or it is certain that nobody works on it.
 */
final class RocksFlush implements FlushWatch.Observed, AutoCloseable {
  /** What a file system may keep for itself. */
  private static final long MARGIN_BYTES = 1L << 20;

  private final RocksDB db;
  private final List<ColumnFamilyHandle> families;
  private final WriteOptions unlogged;
  private final WriteBatch nothing = new WriteBatch();
  private final FlushOptions starting =
      new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true);

  RocksFlush(RocksDB db, List<ColumnFamilyHandle> families, WriteOptions unlogged) {
    this.db = db;
    this.families = families;
    this.unlogged = unlogged;
  }

  /**
   * Makes durable what was written before. An interrupt does not end it. One thread at a time.
   *
   * @throws RocksDBException if that failed; it may be durable nevertheless
   */
  void run() throws RocksDBException {
    FlushWatch watch = new FlushWatch(this);
    db.flush(starting, families);
    if (!watch.await()) {
      throw new RocksDBException(
          isFull()
              ? "No space left on device"
              : "a flush has failed; the file LOG beside the blocks says why");
    }
  }

  @Override
  public boolean isWaiting() throws RocksDBException {
    for (ColumnFamilyHandle family : families) {
      if (db.getLongProperty(family, "rocksdb.num-immutable-mem-table") != 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long runningFlushes() throws RocksDBException {
    return db.getLongProperty("rocksdb.num-running-flushes");
  }

  @Override
  public long errors() throws RocksDBException {
    return db.getLongProperty("rocksdb.background-errors");
  }

  @Override
  public void check() throws RocksDBException {
    db.write(unlogged, nothing);
  }

  /** RocksDB does not tell in this case: whether there is room for what is to be written. */
  private boolean isFull() throws RocksDBException {
    long neededBytes = MARGIN_BYTES;
    for (ColumnFamilyHandle family : families) {
      neededBytes += db.getLongProperty(family, "rocksdb.size-all-mem-tables");
    }
    Path directory = Path.of(db.getName());
    try {
      if (HostSpace.of(directory).usableBytes() < neededBytes) {
        return true;
      }
    } catch (IOException e) {
      return false;
    }
    return RoomLeft.isNone(directory); // a quota, for example
  }

  @Override
  public void close() {
    nothing.close();
    starting.close();
  }
}
