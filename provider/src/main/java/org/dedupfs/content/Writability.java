package org.dedupfs.content;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an open store takes changes: not when it was opened for reading only, and never again
 * after a failure that left in doubt what is on disk. Safe for any number of threads.
 */
final class Writability {
  private static final Logger LOG = LoggerFactory.getLogger(Writability.class);

  private final boolean readOnly;
  private final String store;
  private volatile @Nullable Throwable failure;

  /**
   * As it was opened.
   *
   * @param store its directory
   */
  Writability(boolean readOnly, String store) {
    this.store = store;
    this.readOnly = readOnly;
  }

  boolean hasFailed() {
    return failure != null;
  }

  /** Whether changes are refused, because of the options or a failure. */
  boolean isReadOnly() {
    return readOnly || failure != null;
  }

  void checkWritable() throws IOException {
    checkUsable();
    if (readOnly) {
      throw new IOException("the store is open for reading only");
    }
  }

  void checkUsable() throws IOException {
    Throwable cause = failure;
    if (cause != null) {
      throw new IOException(
          cause instanceof IOException
              ? cause.getMessage()
              : "the store is read-only since a commit failed: " + cause,
          cause);
    }
  }

  /** Refuses all changes from now on; what is committed stays, reads go on. */
  void fail(Throwable cause) {
    if (failure == null) {
      failure = cause; // before anything that may fail itself
      if (cause instanceof IOException) {
        LOG.error(
            "{}: read-only from now on: {}; what was committed stays and can be read. When the cause"
                + " is gone, close the store and open it again",
            store,
            cause.getMessage());
      } else {
        LOG.error(
            "{}: read-only from now on; what was committed stays and can be read. Close the store"
                + " and open it again",
            store,
            cause);
      }
    }
  }
}
