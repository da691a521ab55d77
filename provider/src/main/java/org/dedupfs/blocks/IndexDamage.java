package org.dedupfs.blocks;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of damage to index and fingerprints: the store goes on without what is damaged. That
 * costs duplicates that are not found, and exact counters, but no data: blocks are read without
 * either, and nothing is swept while fingerprints cannot be read.
 */
final class IndexDamage {
  private static final Logger LOG = LoggerFactory.getLogger(IndexDamage.class);

  private final AtomicBoolean told = new AtomicBoolean();

  /** Says so once; throws if it is not damage but an error. */
  void accept(RocksDBException e) throws IOException {
    if (!RocksErrors.isDamage(e)) {
      throw RocksErrors.onRead(e);
    }
    if (told.compareAndSet(false, true)) {
      LOG.warn("the index of the blocks is damaged, duplicates may be missed; repair the store", e);
    }
  }
}
