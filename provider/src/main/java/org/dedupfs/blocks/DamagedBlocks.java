package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListSet;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/** The ids that are known to be damaged: all in memory, and durable with the next flush. */
final class DamagedBlocks {
  private static final byte[] PREFIX = "damaged/".getBytes(StandardCharsets.US_ASCII);

  private final RocksFamilies families;
  private final ConcurrentSkipListSet<Long> ids = new ConcurrentSkipListSet<>();

  DamagedBlocks(RocksFamilies families) {
    this.families = families;
  }

  /** Reads what earlier openings have found. */
  void load() throws IOException {
    try (ReadOptions reading = new ReadOptions();
        RocksIterator entries = families.db().newIterator(families.settingsFamily(), reading)) {
      for (entries.seek(PREFIX); entries.isValid() && isMark(entries.key()); entries.next()) {
        ids.add(Keys.number(entries.key(), PREFIX.length));
      }
      entries.status();
    } catch (RocksDBException e) {
      throw RocksErrors.onRead(e);
    }
  }

  private static boolean isMark(byte[] key) {
    return key.length == PREFIX.length + Keys.BYTES
        && Arrays.equals(key, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
  }

  private static byte[] mark(long id) {
    byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + Keys.BYTES);
    Keys.number(key, PREFIX.length, id);
    return key;
  }

  boolean contains(long id) {
    return ids.contains(id);
  }

  /** Returns whether it was not known before. */
  boolean add(long id) {
    return ids.add(id);
  }

  /** To be called when the batch with {@link #stageRemoval} was written. */
  void remove(long id) {
    ids.remove(id);
  }

  void stageAddition(WriteBatch batch, long id) throws RocksDBException {
    batch.put(families.settingsFamily(), mark(id), new byte[0]);
  }

  void stageRemoval(WriteBatch batch, long id) throws RocksDBException {
    if (ids.contains(id)) {
      batch.delete(families.settingsFamily(), mark(id));
    }
  }

  Collection<BlockId> all() {
    return ids.stream().map(BlockId::new).toList();
  }

  /** Those below an id, as they are now. */
  Collection<Long> below(long id) {
    return ids.headSet(id).stream().toList();
  }
}
