package org.dedupfs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files of the store are missing or are not what was written; nothing was changed. */
public final class StoreDamagedException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreDamagedException(Path store, String message, @Nullable Throwable cause) {
    super(store, message, cause);
  }
}
