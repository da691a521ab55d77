package org.dedupfs.blocks;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of blocks that turn out to be damaged, each once; of very many only now and then. Safe for
 * any number of threads.
 */
final class DamageLog {
  private static final Logger LOG = LoggerFactory.getLogger(DamageLog.class);
  private static final int ALL_UP_TO = 16;

  private final String store;
  private final AtomicLong count = new AtomicLong();

  /**
   * Of a store.
   *
   * @param store its directory
   */
  DamageLog(String store) {
    this.store = store;
  }

  /** A block was found damaged that was not known to be. */
  void found(BlockDamagedException damage) {
    long found = count.incrementAndGet();
    if (found <= ALL_UP_TO || Long.bitCount(found) == 1) {
      LOG.error(
          "{}: {} ({} found so far); files that have it cannot be read there: dedupfs scrub {}"
              + " names them, and storing the same data again heals them",
          store,
          damage.getMessage(),
          found,
          store);
    }
  }

  /** A block that was known to be damaged is not: the disk gave its bytes this time. */
  void readAgain(BlockId id) {
    LOG.warn("{}: {} can be read again; the disk may be failing", store, id);
  }
}
