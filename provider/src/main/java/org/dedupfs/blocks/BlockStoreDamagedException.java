package org.dedupfs.blocks;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A block store that cannot be opened; the message names what is wrong and what to do. */
public class BlockStoreDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  public BlockStoreDamagedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
