package org.dedupfs.metadata;

import java.io.IOException;

/** There is no space left for metadata. What was committed before is safe. */
public final class MetadataFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public MetadataFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
