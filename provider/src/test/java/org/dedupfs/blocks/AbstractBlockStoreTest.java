package org.dedupfs.blocks;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A block store for each test, which can be opened again, crash and be damaged. */
abstract class AbstractBlockStoreTest {
  final TestLease lease = new TestLease();
  BlockStore store;

  /** Opens the store of this test, for the first time or again. */
  abstract BlockStore open(BlockStoreOptions options) throws IOException;

  /** Ends the process, as it were, and opens what is on the disk then. */
  abstract BlockStore crash() throws IOException;

  /** Changes a byte of the block's payload behind the store's back. */
  abstract void corrupt(BlockId id) throws IOException;

  /** Takes the block's record away behind the store's back. */
  abstract void lose(BlockId id) throws IOException;

  @BeforeEach
  final void openStore() throws IOException {
    store = open(options());
  }

  @AfterEach
  final void closeStore() throws IOException {
    store.close();
  }

  static BlockStoreOptions options() {
    return BlockStoreOptions.DEFAULT.withMemory(16 << 20, 8 << 20).withCreate(true);
  }

  final void reopen(BlockStoreOptions options) throws IOException {
    store.close();
    store = open(options);
  }
}
