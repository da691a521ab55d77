package org.dedupfs;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A store that cannot be opened. The message is one line: what is wrong, and what to do. */
public abstract sealed class StoreException extends IOException
    permits StoreCreationException,
        StoreDamagedException,
        StoreFormatException,
        StoreInUseException,
        StoreNotCleanException,
        StoreNotFoundException,
        StoreOptionMismatchException {
  private static final long serialVersionUID = 1L;

  private final String store;

  StoreException(Path store, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.store = store.toString();
  }

  /** The directory of the store. */
  public String store() {
    return store;
  }
}
