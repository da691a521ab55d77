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

  private final String store;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * Of a store.
   *
   * @param store its directory
   */
  IndexDamage(String store) {
    this.store = store;
  }

  /** Says so once; throws if it is not damage but an error. */
  void accept(RocksDBException e) throws IOException {
    if (!RocksErrors.isDamage(e)) {
      throw RocksErrors.onRead(e);
    }
    if (told.compareAndSet(false, true)) {
      LOG.error(
          "{}: the index of the blocks is damaged ({}); no data is lost by that, but duplicates may"
              + " be missed and no space is freed until it is made anew by: dedupfs repair {}",
          store,
          e.getMessage(),
          store);
    }
  }
}
