package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.metadata.Extent;
import org.dedupfs.testing.Interposed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chunks are prepared by all who can, and put in order. */
@Timeout(60)
class ChunkWriterTest {
  private static final int CHUNK_BYTES = 4 << 10;
  private static final int CHUNKS = 12;
  private static final int WINDOW = 8;

  @Test
  void who_waits_for_a_chunk_that_a_worker_is_at_does_others_meanwhile() throws Exception {
    byte[] bytes = new byte[CHUNKS * CHUNK_BYTES];
    new SplittableRandom(3).nextBytes(bytes);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(WINDOW - 1);
    AtomicReference<Thread> worker = new AtomicReference<>();
    BlockStore blocks =
        Interposed.around(
            BlockStore.class,
            new InMemoryBlockStore(new AtomicLong(1)::getAndAdd),
            (method, arguments) -> {
              if (method.equals("hash") && Thread.currentThread() == worker.get()) {
                begun.countDown();
                assertThat(others.await(30, TimeUnit.SECONDS)).as("others are hashed").isTrue();
              } else if (method.equals("hash")) {
                others.countDown();
              }
            });
    // The one worker there is has the first chunk; the others stand in line behind it.
    Executor workers =
        task -> {
          Thread thread = new Thread(task, "worker");
          if (worker.compareAndSet(null, thread)) {
            thread.start();
            awaitUnchecked(begun);
          }
        };
    ChunkWriter writer = new ChunkWriter(blocks, workers, WINDOW);
    List<Extent> extents = writer.begin();
    for (int i = 0; i < CHUNKS; i++) {
      writer.add((long) i * CHUNK_BYTES, bytes, i * CHUNK_BYTES, CHUNK_BYTES, i < CHUNKS - 1);
    }
    writer.finish();
    assertThat(extents).extracting(Extent::offsetBytes).isSorted().hasSize(CHUNKS);
    assertThat(extents).extracting(Extent::blockId).isSorted();
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }
}
