package org.dedupfs.blocks;

import java.io.IOException;

/**
 * Two blocks of different bytes have the same hash: the second cannot be stored. Noticed with
 * {@code verifyWrites}, which compares bytes; without it the hash is taken for the block.
 */
public final class BlockCollisionException extends IOException {
  private static final long serialVersionUID = 1L;

  BlockCollisionException(BlockId stored, BlockHash hash) {
    super(
        "other bytes with the same hash "
            + hash
            + " are stored already, as "
            + stored
            + "; these cannot be");
  }
}
