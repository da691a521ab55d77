package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InMemoryBlockStoreTest extends AbstractBlockStoreContract {
  private @Nullable InMemoryBlockStore memory;

  @Override
  BlockStore open(BlockStoreOptions options) {
    memory =
        memory == null ? new InMemoryBlockStore(options, lease) : memory.reopened(options, lease);
    return memory;
  }

  @Override
  BlockStore crash() {
    memory = memory().crash();
    return memory;
  }

  @Override
  void corrupt(BlockId id) {
    memory().corrupt(id);
  }

  @Override
  void lose(BlockId id) {
    memory().lose(id);
  }

  private InMemoryBlockStore memory() {
    assertThat(memory).isNotNull();
    return memory;
  }

  @Test
  void fails_on_demand_and_still_reads() throws IOException {
    BlockId id = Blocks.put(store, Blocks.random(1, 100));
    memory().failWith(new IOException("no space left"));
    assertThatThrownBy(() -> Blocks.put(store, Blocks.random(2, 100)))
        .hasMessageContaining("no space left");
    assertThatThrownBy(() -> store.flush()).hasMessageContaining("no space left");
    assertThat(Blocks.reads(store, id, Blocks.random(1, 100))).isTrue();
  }
}
