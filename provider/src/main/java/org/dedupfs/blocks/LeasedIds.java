package org.dedupfs.blocks;

import java.io.IOException;

/** Dense ascending ids out of leased ranges. For use under its owner's lock. */
final class LeasedIds {
  static final int RANGE = 65_536;

  private final IdLease lease;
  private long next;
  private long end;

  LeasedIds(IdLease lease) {
    this.lease = lease;
  }

  /** The id that {@link #advance} will use up; the same one until then. */
  long next() throws IOException {
    if (next == end) {
      long first = lease.lease(RANGE);
      if (first < 1 || first < end) {
        throw new IOException("block ids from " + first + " were leased after those up to " + end);
      }
      next = first;
      end = first + RANGE;
    }
    return next;
  }

  void advance() {
    next++;
  }
}
