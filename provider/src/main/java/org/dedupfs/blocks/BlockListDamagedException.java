package org.dedupfs.blocks;

import org.jspecify.annotations.Nullable;

/**
 * The list of a block store's files has lost some of them. They may still be there, and would be
 * deleted by an opening that writes.
 */
public final class BlockListDamagedException extends BlockStoreDamagedException {
  private static final long serialVersionUID = 1L;

  public BlockListDamagedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
