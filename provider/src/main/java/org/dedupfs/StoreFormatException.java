package org.dedupfs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The store was written by another version, which this one does not understand. */
public final class StoreFormatException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreFormatException(Path store, String message, @Nullable Throwable cause) {
    super(store, message, cause);
  }
}
