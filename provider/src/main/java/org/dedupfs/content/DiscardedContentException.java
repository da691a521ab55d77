package org.dedupfs.content;

import java.io.IOException;

/** A file was purged while its bytes were being cut into blocks: nothing is left to be done. */
final class DiscardedContentException extends IOException {
  private static final long serialVersionUID = 1;

  DiscardedContentException() {
    super("the file is gone");
  }
}
