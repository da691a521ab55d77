package org.dedupfs;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/** The short way to stores, so that nobody puts URIs together by hand. */
public final class DedupFileSystems {
  private DedupFileSystems() {}

  /** The URI of a store's root. */
  public static URI uri(Path store) {
    return uri(store, "/");
  }

  /**
   * The URI of a path in a store, which need not be open nor exist.
   *
   * @param path absolute
   */
  public static URI uri(Path store, String path) {
    return DedupUri.of(store, ByteNames.toBytes(path)).toUri();
  }

  /** Opens an existing store. */
  public static DedupFileSystem open(Path store) throws IOException {
    return open(store, DedupOptions.defaults());
  }

  /**
   * Opens a store.
   *
   * @throws java.nio.file.FileSystemAlreadyExistsException if it is open in this process
   */
  public static DedupFileSystem open(Path store, DedupOptions options) throws IOException {
    return (DedupFileSystem)
        FileSystems.newFileSystem(
            uri(store), options.toEnv(), DedupFileSystems.class.getClassLoader());
  }

  /** Opens a store, which is made if the directory is missing or empty. */
  public static DedupFileSystem create(Path store) throws IOException {
    return create(store, DedupOptions.defaults());
  }

  /** Opens a store, which is made if the directory is missing or empty. */
  public static DedupFileSystem create(Path store, DedupOptions options) throws IOException {
    return open(store, options.toBuilder().create(true).build());
  }
}
