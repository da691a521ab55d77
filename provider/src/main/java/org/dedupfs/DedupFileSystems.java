package org.dedupfs;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import org.dedupfs.nio.ClosedStores;

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

  /**
   * Puts a store in order that nobody has open: what is sound of damaged metadata is saved, the
   * index of the blocks is made anew, what has lost its name gets one in {@code /lost+found}, wrong
   * counts are corrected. Data is never invented: bytes that are lost read as an error from then
   * on, and a block that is damaged stays, because writing the same data again heals it. Damaged
   * files that are replaced are kept in the store's directory under another name.
   *
   * @param listener told of what was put in order, and then of what is left
   * @throws StoreInUseException if somebody has the store open
   * @throws StoreException if there is no store, or nothing of it can be saved
   * @throws java.io.InterruptedIOException if the thread is interrupted or the listener stops it;
   *     what was done stays, and another repair goes on
   */
  public static RepairSummary repair(Path store, DedupOptions options, MaintenanceListener listener)
      throws IOException {
    return ClosedStores.repair(store, options, listener);
  }
}
