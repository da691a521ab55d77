package org.dedupfs.blocks;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.rocksdb.RocksDBException;

/**
 * The first error of a write or flush, which is final: what failed to reach the disk is not tried
 * again.
 */
final class StoreFailure {
  private final AtomicReference<Throwable> first = new AtomicReference<>();

  /** Remembers the error unless there was one before, and returns what to throw for it. */
  IOException set(RocksDBException error) {
    IOException cause = RocksErrors.onWrite(error);
    first.compareAndSet(null, cause);
    return cause;
  }

  /** As {@link #set}, for what no write should end with; takes no memory, which may be out. */
  void setUnexpected(Throwable error) {
    first.compareAndSet(null, error);
  }

  boolean isSet() {
    return first.get() != null;
  }

  /** Throws if there was an error. */
  void check() throws IOException {
    Throwable cause = first.get();
    if (cause == null) {
      return;
    }
    String reason = cause instanceof IOException ? cause.getMessage() : cause.toString();
    String message = "the block store only reads since a write failed: " + reason;
    throw cause instanceof BlockStoreFullException
        ? new BlockStoreFullException(message, cause)
        : new IOException(message, cause);
  }
}
