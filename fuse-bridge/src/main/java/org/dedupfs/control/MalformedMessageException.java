package org.dedupfs.control;

import java.io.IOException;

/** What arrived is no message of this protocol; the connection is of no further use. */
final class MalformedMessageException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedMessageException(String message) {
    super(message);
  }
}
