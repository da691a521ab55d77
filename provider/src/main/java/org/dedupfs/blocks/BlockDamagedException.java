package org.dedupfs.blocks;

import java.io.IOException;

/** A block that is missing or is not what its name says; its bytes are never handed out. */
public final class BlockDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final long block;

  public BlockDamagedException(BlockId block, String what) {
    super("block " + block + " " + what);
    this.block = block.value();
  }

  public BlockId block() {
    return new BlockId(block);
  }
}
