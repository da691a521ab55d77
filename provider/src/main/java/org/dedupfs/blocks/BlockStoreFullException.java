package org.dedupfs.blocks;

import java.io.IOException;

/** The disk is full; what is not durable yet could not be written, and the store only reads. */
public final class BlockStoreFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public BlockStoreFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
