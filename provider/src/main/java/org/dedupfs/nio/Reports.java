package org.dedupfs.nio;

import java.io.IOException;
import org.dedupfs.StoreStatistics;
import org.dedupfs.SweepSummary;
import org.dedupfs.store.Store;

/** Turns what a store reports into exported types. */
final class Reports {
  private Reports() {}

  static StoreStatistics statistics(Store store) throws IOException {
    throw new UnsupportedOperationException();
  }

  static SweepSummary sweep(Store store) throws IOException {
    throw new UnsupportedOperationException();
  }
}
