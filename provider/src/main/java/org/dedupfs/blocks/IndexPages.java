package org.dedupfs.blocks;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Range;
import org.rocksdb.RocksDB;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;

/**
 * Keeps in RocksDB's cache the pages of the index that says where in its files the records are.
 * Reads that leave the cache alone, as reads of records do, leave out these, too, and would read
 * and verify such a page, of some 200 records, for each record. Asking how much lies between two
 * keys reads nothing else, and does keep them. Safe for any number of threads.
 */
final class IndexPages {
  /** So many ids are likely to be on one page. */
  private static final int GROUP_SHIFT = 5;

  /** Groups remembered, a slot for each: 256 thousand records, whose index takes some 5 MiB. */
  private static final int SLOTS = 1 << 13;

  /** So often is a group used before it is asked for again: its page may have been driven out. */
  private static final int MOST_USES = 0xFF;

  private static final int USES_BITS = 8;

  private final RocksDB db;
  private final ColumnFamilyHandle family;

  /**
   * Of those that share a slot the group last asked for, and how often it was used since. Hints, so
   * not kept from overwriting each other: a lost one costs a read.
   */
  private final AtomicLongArray asked = new AtomicLongArray(SLOTS);

  IndexPages(RocksDB db, ColumnFamilyHandle family) {
    this.db = db;
    this.family = family;
  }

  /** Before the record under {@code key} is read. */
  void use(byte[] key) {
    long id = Keys.number(key, 0);
    long group = (id >>> GROUP_SHIFT) + 1;
    int slot = (int) group & (SLOTS - 1);
    long known = asked.getPlain(slot);
    if (known >>> USES_BITS == group && (known & MOST_USES) < MOST_USES) {
      asked.setPlain(slot, known + 1);
      return;
    }
    asked.setPlain(slot, group << USES_BITS);
    try (Slice from = new Slice(key);
        Slice to = new Slice(Keys.of(id + 1))) {
      long[] unused =
          db.getApproximateSizes(
              family, List.of(new Range(from, to)), SizeApproximationFlag.INCLUDE_FILES);
    }
  }
}
