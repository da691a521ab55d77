package org.dedupfs;

import java.nio.file.Path;

/** No store can be made there: something else is. */
public final class StoreCreationException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreCreationException(Path store, String message) {
    super(store, message, null);
  }
}
