package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.DedupOptions;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.RepairSummary;
import org.dedupfs.store.Store;

/** What can be done to a store that nobody has open. */
public final class ClosedStores {
  private ClosedStores() {}

  /** Puts a store in order; see {@code DedupFileSystems.repair}. */
  public static RepairSummary repair(Path store, DedupOptions options, MaintenanceListener listener)
      throws IOException {
    Path directory = Files.exists(store) ? store.toRealPath() : store;
    return Store.repair(directory, EffectiveOptions.resolve(options), listener);
  }
}
