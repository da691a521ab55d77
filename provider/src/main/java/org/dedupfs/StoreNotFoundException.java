package org.dedupfs;

import java.nio.file.Path;

/** There is no store where one was to be opened. */
public final class StoreNotFoundException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreNotFoundException(Path store, String message) {
    super(store, message, null);
  }
}
