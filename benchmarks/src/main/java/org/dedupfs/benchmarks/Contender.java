package org.dedupfs.benchmarks;

import java.io.IOException;

/**
 * One of those that do the same work in turns.
 *
 * @param name as the report shows it
 * @param baseline whether it is what a store is measured against
 */
record Contender(String name, boolean baseline, Work work) {
  /** A store, by whichever door. */
  static final String OURS = "dedupfs";

  /** The work of one turn. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it once, and measures what counts of it.
     *
     * @param round counts from 0, warm-ups included; for names and seeds that are used once
     */
    Lap lap(int round) throws IOException;
  }

  static Contender ours(Work work) {
    return new Contender(OURS, false, work);
  }

  static Contender baseline(String name, Work work) {
    return new Contender(name, true, work);
  }
}
