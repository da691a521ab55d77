package org.dedupfs.metadata;

import java.io.IOException;

/** A metadata file that this version does not understand: newer, unfinished, or not one of ours. */
public final class MetadataFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public MetadataFormatException(String message) {
    super(message);
  }
}
