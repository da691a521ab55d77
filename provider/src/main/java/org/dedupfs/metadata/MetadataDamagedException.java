package org.dedupfs.metadata;

import java.io.IOException;

/** Metadata that is not what was written; it is never used. */
public final class MetadataDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  public MetadataDamagedException(String message) {
    super(message);
  }

  public MetadataDamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
