package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.testing.ChildJvm;
import org.dedupfs.testing.FullHeap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A put for which memory runs out after its block was written. */
class LackOfMemoryTest {
  private static final int LARGE = 16 << 20;

  @TempDir Path directory;

  @Test
  void an_id_that_look_ups_can_find_is_not_given_to_another_block() throws IOException {
    String blocks = directory.resolve("blocks").toString();
    try (ChildJvm child = ChildJvm.start(List.of(), PutWithoutMemory.class, blocks)) {
      child.await("done");
    }
  }

  /** In a JVM of its own. */
  static final class PutWithoutMemory {
    private PutWithoutMemory() {}

    public static void main(String[] arguments) throws IOException {
      put(Path.of(arguments[0]));
      System.out.println("done");
    }
  }

  private static void put(Path directory) throws IOException {
    BlockStoreOptions options =
        BlockStoreOptions.DEFAULT
            .withMemory(64 << 20, 8 << 20)
            .withCompression(Compression.parse("none"))
            .withVerification(true, true)
            .withCreate(true);
    try (BlockStore store = RocksDbBlockStore.open(directory, options, new TestLease())) {
      byte[] first = Blocks.random(1, LARGE);
      byte[] other = Blocks.random(2, 1 << 20);
      EncodedBlock block = Blocks.encode(store, first);
      FullHeap heap = new FullHeap();
      heap.fill(LARGE);
      assertThatThrownBy(() -> store.put(block)).isInstanceOf(OutOfMemoryError.class);
      heap.clear();

      // Whoever has the same bytes is told that they are there, and names them in a file.
      ByteBuffer raw = ByteBuffer.wrap(first);
      BlockId found = store.find(store.hash(raw), raw);
      if (found == null) {
        found = store.put(block);
      }
      BlockId next = Blocks.put(store, other);
      assertThat(Blocks.read(store, found, first)).isEqualTo(first);
      assertThat(next).isNotEqualTo(found);
      assertThat(Blocks.read(store, next, other)).isEqualTo(other);
    }
  }
}
