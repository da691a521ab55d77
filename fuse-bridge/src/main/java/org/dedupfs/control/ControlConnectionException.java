package org.dedupfs.control;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The process that has the store open cannot be reached, or not any more. */
public final class ControlConnectionException extends IOException {
  private static final long serialVersionUID = 1L;

  ControlConnectionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
