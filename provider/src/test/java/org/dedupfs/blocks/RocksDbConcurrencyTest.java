package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Many threads, sweeps and crashes at once, against what must be true whatever the order. */
class RocksDbConcurrencyTest {
  private static final long SEED = Long.getLong("seed", 99L);
  private static final int WRITERS = 4;
  private static final int CONTENTS = 500;

  /** Of each writer in the crash test: they end by themselves whatever becomes of the test. */
  private static final int MOST_BLOCKS = 3_000;

  @TempDir Path temporary;
  private final TestLease lease = new TestLease();

  private RocksDbBlockStore open(Path directory) throws IOException {
    return RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), lease);
  }

  private static byte[] content(int number) {
    return Blocks.random(number, 300 + 13 * (number % 100));
  }

  /**
   * Each writer keeps the blocks of its own last round, as a file system would: it refers to what
   * find or put gave it. A mark collects all these references; whatever is referred to must read.
   */
  @Test
  void nothing_that_is_referred_to_is_ever_swept() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    List<Map<Integer, BlockId>> references = new ArrayList<>();
    ExecutorService executor = Executors.newFixedThreadPool(WRITERS + 1);
    try (RocksDbBlockStore store = open(temporary.resolve("blocks"))) {
      List<Future<Integer>> writers = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        Map<Integer, BlockId> own = new ConcurrentHashMap<>();
        references.add(own);
        Random random = new Random(SEED + w);
        writers.add(executor.submit(() -> write(store, own, random, done)));
      }
      long swept = 0;
      for (int i = 0; i < 12; i++) {
        swept += sweep(store, references);
      }
      done.set(true);
      int rounds = 0;
      for (Future<Integer> writer : writers) {
        rounds += writer.get();
      }
      assertThat(rounds).as("seed %d", SEED).isPositive();
      assertThat(swept).isPositive();
      for (Map<Integer, BlockId> own : references) {
        for (Map.Entry<Integer, BlockId> entry : own.entrySet()) {
          byte[] raw = content(entry.getKey());
          assertThat(Blocks.reads(store, entry.getValue(), raw)).as("seed %d", SEED).isTrue();
        }
      }
      assertCountersAreTrue(store);
    } finally {
      done.set(true);
      executor.shutdown();
    }
  }

  /** Replaces references one by one; the lock per writer stands for the step of a commit. */
  private static int write(
      RocksDbBlockStore store, Map<Integer, BlockId> own, Random random, AtomicBoolean done)
      throws IOException {
    int rounds = 0;
    while (!done.get()) {
      int number = random.nextInt(CONTENTS);
      byte[] raw = content(number);
      synchronized (own) {
        if (random.nextInt(3) == 0) {
          own.remove(number);
        } else {
          BlockId known = own.get(number);
          BlockHash hash = store.hash(ByteBuffer.wrap(raw));
          BlockId found = store.find(hash);
          BlockId id = found != null ? found : Blocks.put(store, raw);
          if (known != null) {
            assertThat(Blocks.reads(store, known, raw)).as("seed %d", SEED).isTrue();
          }
          own.put(number, id);
        }
      }
      if (++rounds % 200 == 0) {
        store.flush();
      }
    }
    return rounds;
  }

  private static long sweep(RocksDbBlockStore store, List<Map<Integer, BlockId>> references)
      throws IOException {
    LiveSet live = new PagedLiveSet();
    store.beginMark(live);
    try {
      BlockId below = new BlockId(store.lastAssigned() + 1);
      for (Map<Integer, BlockId> own : references) {
        synchronized (own) {
          own.values().forEach(id -> live.add(id.value()));
        }
      }
      return store.sweep(below, id -> {}).blocks();
    } finally {
      store.endMark();
    }
  }

  private static void assertCountersAreTrue(RocksDbBlockStore store) throws IOException {
    BlockStatistics[] sum = {new BlockStatistics(0, 0, 0)};
    store
        .fingerprints()
        .scanAll(
            1,
            Long.MAX_VALUE,
            (id, fingerprint) -> {
              sum[0] = fingerprint.addedTo(sum[0]);
              return true;
            });
    assertThat(store.statistics()).isEqualTo(sum[0]);
  }

  @Test
  void a_crash_at_any_time_leaves_all_families_at_one_point() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
    Map<Long, Integer> numbers = new ConcurrentHashMap<>();
    Path directory = temporary.resolve("blocks");
    List<Path> crashes = new ArrayList<>();
    List<Long> promised = new ArrayList<>();
    try (RocksDbBlockStore store = open(directory)) {
      List<Future<Void>> writers = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int first = w * 1_000_000;
        Callable<Void> writer =
            () -> {
              for (int i = first; !done.get() && i < first + MOST_BLOCKS; i++) {
                byte[] raw = Blocks.random(i, 30_000);
                numbers.put(Blocks.put(store, raw).value(), i);
                if (i % 40 == 39) {
                  store.flush();
                }
              }
              return null;
            };
        writers.add(executor.submit(writer));
      }
      for (int i = 0; i < 4; i++) {
        long more = store.durableUpTo() + 100;
        while (store.durableUpTo() < more && writers.stream().noneMatch(Future::isDone)) {
          Thread.onSpinWait();
        }
        promised.add(store.durableUpTo());
        crashes.add(StoreCopy.of(store, directory, temporary));
      }
      done.set(true);
      for (Future<Void> writer : writers) {
        writer.get();
      }
    } finally {
      done.set(true);
      executor.shutdown();
    }
    for (int i = 0; i < crashes.size(); i++) {
      try (RocksDbBlockStore store = open(crashes.get(i))) {
        assertIsPrefix(store, numbers, promised.get(i));
      }
    }
  }

  private static void assertIsPrefix(
      RocksDbBlockStore store, Map<Long, Integer> numbers, long promised) throws IOException {
    long last = store.lastAssigned();
    assertThat(last).isGreaterThanOrEqualTo(promised);
    assertThat(store.durableUpTo()).isEqualTo(last);
    assertThat(store.statistics().blocks()).isEqualTo(last);
    for (long id = 1; id <= last; id++) {
      byte[] raw = Blocks.random(numbers.get(id), 30_000);
      BlockHash hash = store.hash(ByteBuffer.wrap(raw));
      assertThat(store.find(hash)).isEqualTo(new BlockId(id));
      assertThat(Blocks.reads(store, new BlockId(id), raw)).isTrue();
    }
    try {
      assertThat(store.families().payload(Keys.of(last + 1))).isNull();
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
    assertCountersAreTrue(store);
  }

  @Test
  void put_waits_for_room_and_everything_arrives() throws Exception {
    BlockStoreOptions tight =
        AbstractBlockStoreTest.options()
            .withMemory(BlockStoreOptions.MIN_WRITE_BUFFER_BYTES, BlockStoreOptions.MIN_CACHE_BYTES)
            .withVerification(true, true);
    Path directory = temporary.resolve("blocks");
    try (RocksDbBlockStore store = RocksDbBlockStore.open(directory, tight, lease)) {
      for (int i = 0; i < 60; i++) {
        Blocks.put(store, raw(i));
        assertThat(store.unflushedBytes()).isLessThanOrEqualTo(9 << 20);
      }
      assertThat(store.durableUpTo()).isPositive();
    }
    try (RocksDbBlockStore store = open(directory)) {
      for (int i = 0; i < 60; i++) {
        assertThat(Blocks.reads(store, new BlockId(i + 1), raw(i))).isTrue();
      }
    }
  }

  private static byte[] raw(int i) {
    return Blocks.random(i, 1 << 20);
  }
}
