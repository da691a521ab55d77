package org.dedupfs.blocks;

/** A lease that outlives stores, as the real one does, and can be counted. */
final class TestLease implements IdLease {
  private long next = 1;
  private int leases;

  @Override
  public synchronized long lease(int count) {
    long first = next;
    next += count;
    leases++;
    return first;
  }

  synchronized int leases() {
    return leases;
  }

  /** No id at or above this one has been leased. */
  synchronized long end() {
    return next;
  }
}
