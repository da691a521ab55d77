package org.dedupfs.nio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.dedupfs.store.Store;
import org.dedupfs.store.StoreOptions;

/**
 * The stores open in this process, by the real path of their directory. A store is in here from
 * before it is opened until after it is closed.
 */
final class OpenStores {
  /** One for all provider objects that class loaders may make. */
  static final OpenStores INSTANCE = new OpenStores();

  /** Empty while a store is being opened. */
  private final ConcurrentMap<Path, Optional<StoreFileSystem>> byDirectory =
      new ConcurrentHashMap<>();

  private OpenStores() {}

  /** The bean needs a module that a Java may be without, so that is found out before all else. */
  private static void requireManagement() {
    try {
      Class<?> unused =
          Class.forName(
              "java.lang.management.ManagementFactory", false, OpenStores.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "option 'jmx' cannot be 'true': this Java has no module java.management", e);
    }
  }

  /**
   * Opens a store.
   *
   * @param jmx whether JMX shows it until it is closed
   */
  StoreFileSystem open(
      DedupFileSystemProvider provider, Path directory, StoreOptions options, boolean jmx)
      throws IOException {
    if (jmx) {
      requireManagement();
    }
    Path key = realPath(directory, options.create());
    if (byDirectory.putIfAbsent(key, Optional.empty()) != null) {
      throw new FileSystemAlreadyExistsException(
          "the store " + key + " is open in this process already; use FileSystems.getFileSystem");
    }
    boolean opened = false;
    try {
      Store store = Store.open(key, options);
      StoreFileSystem fileSystem =
          new StoreFileSystem(provider, key, store, options, () -> byDirectory.remove(key));
      byDirectory.put(key, Optional.of(fileSystem));
      opened = true;
      if (jmx) {
        Runnable bean = StoreBean.register(fileSystem);
        Closeable unused = fileSystem.register(bean::run);
      }
      return fileSystem;
    } finally {
      if (!opened) {
        byDirectory.remove(key);
      }
    }
  }

  /**
   * @throws FileSystemNotFoundException if the store is not open
   */
  StoreFileSystem get(Path directory) {
    Path key;
    try {
      key = realPath(directory, false);
    } catch (IOException e) {
      FileSystemNotFoundException notFound = new FileSystemNotFoundException(directory.toString());
      notFound.initCause(e);
      throw notFound;
    }
    Optional<StoreFileSystem> found = byDirectory.getOrDefault(key, Optional.empty());
    return found
        .filter(StoreFileSystem::isOpen)
        .orElseThrow(
            () ->
                new FileSystemNotFoundException(
                    "the store " + key + " is not open in this process"));
  }

  private static Path realPath(Path directory, boolean mayBeMissing) throws IOException {
    try {
      return directory.toRealPath();
    } catch (NoSuchFileException e) {
      Path absolute = directory.toAbsolutePath().normalize();
      Path parent = absolute.getParent();
      if (!mayBeMissing || parent == null || Files.isSymbolicLink(directory)) {
        throw e;
      }
      return parent.toRealPath().resolve(absolute.getFileName());
    }
  }
}
