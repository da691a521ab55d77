package org.dedupfs.blocks;

import java.io.IOException;

/** Where block ids come from: ranges whose end is durable before the first id of one is used. */
@FunctionalInterface
public interface IdLease {
  /**
   * Leases the next {@code count} ids.
   *
   * @return the first of them; no id at or above it was ever leased before
   */
  long lease(int count) throws IOException;
}
