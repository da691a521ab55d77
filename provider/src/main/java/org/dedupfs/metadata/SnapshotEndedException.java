package org.dedupfs.metadata;

import java.io.IOException;

/**
 * So much was committed while a snapshot was read that keeping it takes too much space. It is to be
 * closed; another one can be taken.
 */
public final class SnapshotEndedException extends IOException {
  private static final long serialVersionUID = 1L;

  public SnapshotEndedException(String message) {
    super(message);
  }
}
