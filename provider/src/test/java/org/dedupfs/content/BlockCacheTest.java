package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.dedupfs.activity.Activity;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read ahead, by readers who come before, beside and after it. */
@Timeout(60)
class BlockCacheTest {
  private static final int BYTES = 64 << 10;

  private final Queue<Runnable> queue = new ArrayDeque<>();
  private final AtomicInteger reads = new AtomicInteger();

  /** How a block is read. */
  private interface Source {
    byte[] read(BlockId id) throws Exception;
  }

  private BlockStore blocks(Source source) {
    return (BlockStore)
        Proxy.newProxyInstance(
            BlockStore.class.getClassLoader(),
            new Class<?>[] {BlockStore.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("read");
              reads.incrementAndGet();
              return source.read((BlockId) arguments[0]);
            });
  }

  private static byte[] bytes(BlockId id) {
    byte[] bytes = new byte[BYTES];
    bytes[0] = (byte) id.value();
    return bytes;
  }

  private BlockCache cache(Source source, long maxBytes, Executor executor) {
    return new BlockCache(blocks(source), maxBytes, executor, Activity.unwatched());
  }

  private static Extent block(long id) {
    return new Extent(0, BYTES, id, 0, 7);
  }

  private static void awaitCollected(WeakReference<?> reference) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (reference.get() != null && System.nanoTime() < end) {
      System.gc();
    }
    assertThat(reference.get()).isNull();
  }

  @Test
  void what_a_reader_has_done_himself_does_not_stay_in_memory_until_its_turn_comes() {
    BlockCache cache = cache(BlockCacheTest::bytes, 1, queue::add); // room for no block
    cache.readAhead(block(1));
    Supplier<WeakReference<byte[]>> reading =
        () -> {
          try {
            return new WeakReference<>(cache.read(block(1)));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    WeakReference<byte[]> read = reading.get();
    assertThat(reads).hasValue(1);
    assertThat(queue).hasSize(1);
    awaitCollected(read);
    queue.remove().run();
    assertThat(reads).hasValue(1);
  }

  @Test
  void a_reader_finds_what_was_read_ahead() throws Exception {
    BlockCache cache = cache(BlockCacheTest::bytes, 1 << 20, queue::add);
    cache.readAhead(block(1));
    cache.readAhead(block(1));
    cache.readAhead(block(2));
    assertThat(queue).hasSize(2);
    queue.forEach(Runnable::run);
    assertThat(cache.read(block(2))[0]).isEqualTo((byte) 2);
    assertThat(cache.read(block(1))[0]).isEqualTo((byte) 1);
    assertThat(reads).hasValue(2);
  }

  @Test
  void a_stream_drops_what_came_for_it_alone() throws Exception {
    BlockCache cache = cache(BlockCacheTest::bytes, 1 << 20, Runnable::run);
    byte[] asked = cache.read(block(1));
    assertThat(cache.readAhead(block(1))).isTrue();
    assertThat(cache.readAhead(block(2))).isTrue();
    assertThat(reads).hasValue(2);
    cache.passed(block(1));
    cache.passed(block(2));
    cache.passed(block(3));
    assertThat(cache.read(block(1))).isSameAs(asked);
    assertThat(reads).hasValue(2);
    assertThat(cache.read(block(2))[0]).isEqualTo((byte) 2);
    assertThat(reads).hasValue(3);
  }

  @Test
  void it_is_full_before_it_has_to_drive_anything_out() throws Exception {
    BlockCache cache = cache(BlockCacheTest::bytes, 16 * (BYTES + 64), queue::add);
    for (int i = 1; i <= 12; i++) {
      assertThat(cache.isFull()).isFalse();
      byte[] unused = cache.read(block(i));
    }
    byte[] unused = cache.read(block(13));
    assertThat(cache.isFull()).isTrue();
  }

  @Test
  void what_nobody_had_time_for_or_failed_is_read_by_who_wants_it() throws Exception {
    Executor busy =
        work -> {
          throw new RejectedExecutionException("busy");
        };
    BlockCache refused = cache(BlockCacheTest::bytes, 1 << 20, busy);
    refused.readAhead(block(1));
    assertThat(refused.read(block(1))[0]).isEqualTo((byte) 1);
    assertThat(reads).hasValue(1);
    BlockCache failing =
        cache(
            id -> {
              if (reads.get() % 2 == 0) {
                throw new BlockDamagedException(id, "fails once");
              }
              return bytes(id);
            },
            1 << 20,
            queue::add);
    failing.readAhead(block(3));
    assertThat(failing.read(block(3))[0]).isEqualTo((byte) 3);
    assertThat(reads).hasValue(3);
  }

  @Test
  void a_reader_who_is_interrupted_gets_what_another_thread_is_reading() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    BlockCache cache =
        cache(
            id -> {
              begun.countDown();
              go.await();
              return bytes(id);
            },
            1 << 20,
            queue::add);
    cache.readAhead(block(5));
    Thread worker = new Thread(queue.remove());
    worker.start();
    begun.await();
    Thread reader = Thread.currentThread();
    reader.interrupt();
    Thread release =
        new Thread(
            () -> {
              while (reader.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
              }
              go.countDown();
            });
    release.start();
    assertThat(cache.read(block(5))[0]).isEqualTo((byte) 5);
    assertThat(Thread.interrupted()).isTrue();
    worker.join();
    release.join();
    assertThat(reads).hasValue(1);
  }
}
