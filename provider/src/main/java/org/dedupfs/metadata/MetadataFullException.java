package org.dedupfs.metadata;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** There is no space left for metadata. What was committed before is safe. */
public final class MetadataFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public MetadataFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
