package org.dedupfs.blocks;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/**
 * The family of fingerprints: BlockId to {@link Fingerprint}, and under the highest key the
 * counters. They stand there so that the files of successive flushes overlap at their end: they are
 * then merged as they grow, while files that do not overlap would stay as small as they were
 * written.
 */
final class Fingerprints {
  private static final byte[] COUNTERS_KEY = Keys.of(-1);
  private static final int COUNTERS_BYTES = 24;

  /** Is told of one block. */
  @FunctionalInterface
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(long id, Fingerprint fingerprint) throws IOException;
  }

  private final RocksFamilies families;
  private final IndexDamage damage;

  Fingerprints(RocksFamilies families, IndexDamage damage) {
    this.families = families;
    this.damage = damage;
  }

  void stage(WriteBatch batch, byte[] key, Fingerprint fingerprint) throws RocksDBException {
    batch.put(families.fingerprints(), key, fingerprint.toBytes());
  }

  void stageDelete(WriteBatch batch, byte[] key) throws RocksDBException {
    batch.delete(families.fingerprints(), key);
  }

  void stageCounters(WriteBatch batch, BlockStatistics counters) throws RocksDBException {
    byte[] value = new byte[COUNTERS_BYTES];
    Keys.number(value, 0, counters.blocks());
    Keys.number(value, 8, counters.rawBytes());
    Keys.number(value, 16, counters.storedBytes());
    batch.put(families.fingerprints(), COUNTERS_KEY, value);
  }

  /** The fingerprint of a block; null when there is none, or it is damaged. */
  @Nullable Fingerprint get(long id) throws IOException {
    try {
      byte[] value = families.get(families.fingerprints(), Keys.of(id));
      return value == null || value.length < HashAlgorithm.MIN_BYTES ? null : Fingerprint.of(value);
    } catch (RocksDBException e) {
      damage.accept(e);
      return null;
    }
  }

  /**
   * The fingerprint of a block; null when there is none.
   *
   * @throws BlockStoreDamagedException if it is damaged
   */
  @Nullable Fingerprint find(long id) throws IOException {
    try {
      byte[] value = families.get(families.fingerprints(), Keys.of(id));
      if (value != null && value.length < HashAlgorithm.MIN_BYTES) {
        throw new BlockStoreDamagedException("the fingerprint of #" + id + " is malformed", null);
      }
      return value == null ? null : Fingerprint.of(value);
    } catch (RocksDBException e) {
      throw RocksErrors.onRead(e);
    }
  }

  /**
   * Visits the blocks with ids in {@code [from, to)} in ascending order.
   *
   * @throws IOException if the visitor throws it
   * @throws RocksDBException if it cannot be read to the end
   */
  void scan(long from, long to, Visitor visitor) throws IOException, RocksDBException {
    try (Slice end = new Slice(Keys.of(to));
        ReadOptions bounded = new ReadOptions().setIterateUpperBound(end);
        RocksIterator entries = families.db().newIterator(families.fingerprints(), bounded)) {
      for (entries.seek(Keys.of(from)); entries.isValid(); entries.next()) {
        byte[] key = entries.key();
        byte[] value = entries.value();
        if (key.length == Keys.BYTES
            && value.length >= HashAlgorithm.MIN_BYTES
            && !visitor.visit(Keys.number(key, 0), Fingerprint.of(value))) {
          return;
        }
      }
      entries.status();
    }
  }

  /** As {@link #scan}, for those who cannot go on without what is damaged. */
  void scanAll(long from, long to, Visitor visitor) throws IOException {
    try {
      scan(from, to, visitor);
    } catch (RocksDBException e) {
      throw RocksErrors.onRead(e);
    }
  }

  /** The highest id there is, or 0; of the records when the fingerprints are damaged. */
  long last() throws IOException {
    try {
      return last(families.fingerprints());
    } catch (RocksDBException e) {
      damage.accept(e);
    }
    try {
      return last(families.blocks());
    } catch (RocksDBException e) {
      throw RocksErrors.onRead(e);
    }
  }

  private long last(ColumnFamilyHandle family) throws RocksDBException {
    try (ReadOptions reading = new ReadOptions();
        RocksIterator entries = families.db().newIterator(family, reading)) {
      entries.seekForPrev(Keys.of(Long.MAX_VALUE));
      entries.status();
      return entries.isValid() ? Keys.number(entries.key(), 0) : 0;
    }
  }

  /** The counters as they were kept then; null when they were not. */
  @Nullable BlockStatistics kept(ReadOptions then) throws RocksDBException {
    byte[] value = families.db().get(families.fingerprints(), then, COUNTERS_KEY);
    return value == null || value.length != COUNTERS_BYTES
        ? null
        : new BlockStatistics(Keys.number(value, 0), Keys.number(value, 8), Keys.number(value, 16));
  }

  /** The counters as they are stored, or counted anew when they are not. */
  BlockStatistics counters() throws IOException {
    byte[] value = null;
    try {
      value = families.get(families.fingerprints(), COUNTERS_KEY);
    } catch (RocksDBException e) {
      damage.accept(e);
    }
    if (value != null && value.length == COUNTERS_BYTES) {
      return new BlockStatistics(
          Keys.number(value, 0), Keys.number(value, 8), Keys.number(value, 16));
    }
    BlockStatistics[] sum = {new BlockStatistics(0, 0, 0)};
    try {
      scan(
          1,
          Long.MAX_VALUE,
          (id, fingerprint) -> {
            sum[0] = fingerprint.addedTo(sum[0]);
            return true;
          });
    } catch (RocksDBException e) {
      damage.accept(e);
    }
    return sum[0];
  }
}
