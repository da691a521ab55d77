package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.StoreInUseException;
import org.dedupfs.testing.ChildJvm;
import org.dedupfs.testing.RandomOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 64 threads at all kinds of work on one store, while they are interrupted, their channels are
 * closed under them, and another process tries to open the store. {@code -Dminutes=} makes it last;
 * {@code -Dseed=} makes the threads choose the same work again.
 */
class MixedLoadTest {
  private static final int THREADS = 64;
  private static final int OPERATIONS = 60;

  /** How long may pass until threads that nobody disturbs any more have ended. */
  private static final int PATIENCE_MINUTES = 10;

  /** Heap that caches may fill up between two looks at it. */
  private static final long HEAP_SLACK_BYTES = 64L << 20;

  @TempDir Path host;

  /** Tries to open a store that another process has open. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] arguments) throws IOException {
      try (DedupFileSystem opened = DedupFileSystems.open(Path.of(arguments[0]))) {
        System.out.println("opened " + opened);
      } catch (StoreInUseException e) {
        System.out.println("refused " + e.getMessage());
      }
    }
  }

  @Test
  void sixty_four_threads_leave_what_they_did_and_nothing_else() throws Exception {
    long seed = Long.getLong("seed", RandomOperations.newSeed());
    System.out.println("-Dseed=" + seed);
    Path directory = host.resolve("store");
    DedupOptions options = DedupOptions.builder().memoryBytes(128L << 20).build();
    DedupFileSystems.create(directory, options).close(); // Starts what stays for good.
    assertStoreThreadsEnd();
    long descriptorsBefore = descriptors();
    List<MixedWorker> workers = new ArrayList<>();
    try (DedupFileSystem store = DedupFileSystems.open(directory, options)) {
      Path shared = Files.createDirectory(store.getPath("/shared"));
      for (int i = 0; i < THREADS; i++) {
        Path own = Files.createDirectory(store.getPath("/own" + i));
        workers.add(new MixedWorker(own, shared, new SplittableRandom(seed + i)));
      }
      work(workers, seed, directory);
      verify(store, workers);
    }
    assertStoreThreadsEnd();
    assertThat(descriptors()).as("descriptors").isLessThanOrEqualTo(descriptorsBefore);
    try (DedupFileSystem again = DedupFileSystems.open(directory, options)) {
      verify(again, workers);
    }
  }

  private static void work(List<MixedWorker> workers, long seed, Path directory) throws Exception {
    int minutes = Integer.getInteger("minutes", 0);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    long usedBefore = 0;
    int round = 0;
    try (MixedDisturbance disturbance =
        new MixedDisturbance(workers, new SplittableRandom(~seed))) {
      do {
        List<Future<?>> done = new ArrayList<>();
        for (MixedWorker worker : workers) {
          done.add(threads.submit(() -> worker.run(OPERATIONS)));
        }
        if (round == 0) {
          try (ChildJvm child = ChildJvm.start(List.of(), Opener.class, directory.toString())) {
            assertThat(child.await("refused ")).contains("" + ProcessHandle.current().pid());
          }
        }
        await(done);
        round++;
        if (round == 1) {
          usedBefore = usedHeap(); // With all caches as full as one round makes them.
        }
      } while (System.nanoTime() - end < 0);
      System.out.println(round + " rounds, " + disturbance.count() + " disturbances");
    } finally {
      threads.shutdown();
    }
    assertThat(usedHeap()).as("heap").isLessThan(usedBefore + HEAP_SLACK_BYTES);
  }

  private static void await(List<Future<?>> done) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
    for (Future<?> each : done) {
      try {
        each.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (java.util.concurrent.TimeoutException e) {
        StringBuilder dump = new StringBuilder("stuck:");
        Thread.getAllStackTraces()
            .forEach((thread, stack) -> dump.append("\n\n").append(thread).append(List.of(stack)));
        throw new AssertionError(dump.toString(), e);
      }
    }
  }

  private static void verify(DedupFileSystem store, List<MixedWorker> workers) throws IOException {
    for (MixedWorker worker : workers) {
      Path own = store.getPath(worker.own().toString());
      for (Map.Entry<String, byte[]> file : worker.files().entrySet()) {
        assertThat(Files.readAllBytes(own.resolve(file.getKey())))
            .as("%s in %s", file.getKey(), own)
            .isEqualTo(file.getValue());
      }
      try (Stream<Path> names = Files.list(own)) {
        assertThat(names.map(path -> path.getFileName().toString()))
            .containsExactlyInAnyOrderElementsOf(worker.files().keySet());
      }
    }
  }

  private static long descriptors() throws IOException {
    Path own = Path.of("/proc/self/fd");
    if (!Files.isDirectory(own)) {
      return 0;
    }
    try (Stream<Path> descriptors = Files.list(own)) {
      return descriptors.count();
    }
  }

  private static List<Thread> storeThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("dedupfs"))
        .filter(Thread::isAlive)
        .toList();
  }

  /** Those that are told to end do so in a moment. */
  private static void assertStoreThreadsEnd() throws InterruptedException {
    for (Thread thread : storeThreads()) {
      thread.join(TimeUnit.MINUTES.toMillis(1));
      assertThat(thread.isAlive()).as("%s", thread).isFalse();
    }
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
