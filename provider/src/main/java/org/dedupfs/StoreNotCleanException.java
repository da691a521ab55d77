package org.dedupfs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The store was not closed cleanly and cannot be recovered where nothing can be written. */
public final class StoreNotCleanException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreNotCleanException(Path store, String message, @Nullable Throwable cause) {
    super(store, message, cause);
  }
}
