package org.dedupfs.blocks;

import java.io.IOException;

/**
 * The blocks in a directory are sound, perhaps, but those of another store. Nothing was changed.
 */
public final class ForeignBlocksException extends IOException {
  private static final long serialVersionUID = 1L;

  ForeignBlocksException(String message) {
    super(message);
  }
}
