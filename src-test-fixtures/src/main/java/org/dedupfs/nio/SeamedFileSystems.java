package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupOptions;
import org.dedupfs.store.Store;
import org.dedupfs.store.StoreOptions;
import org.dedupfs.store.StoreSeams;

/**
 * File systems with something around their stores, which the public ways of opening one do not
 * offer. All else is as {@code FileSystems.newFileSystem} makes it, but that it is not found by
 * URI.
 */
public final class SeamedFileSystems {
  private SeamedFileSystems() {}

  /** Opens a store, as {@link org.dedupfs.DedupFileSystems#open} does. */
  public static DedupFileSystem open(Path directory, DedupOptions options, StoreSeams seams)
      throws IOException {
    StoreOptions effective = EffectiveOptions.resolve(options);
    Store store = Store.open(directory, effective, seams);
    try {
      return new StoreFileSystem(provider(), directory.toRealPath(), store, effective, () -> {});
    } catch (IOException | RuntimeException e) {
      try (store) {
        throw e;
      }
    }
  }

  private static DedupFileSystemProvider provider() {
    return FileSystemProvider.installedProviders().stream()
        .filter(DedupFileSystemProvider.class::isInstance)
        .map(DedupFileSystemProvider.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
