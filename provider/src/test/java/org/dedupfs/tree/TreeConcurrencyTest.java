package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.testing.RandomOperations;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many threads in one tree. */
class TreeConcurrencyTest {
  private static final int THREADS = 4;

  private TreeFixture fs;
  private ExecutorService threads;

  @BeforeEach
  void open() throws IOException {
    fs = TreeFixture.open();
    threads = Executors.newFixedThreadPool(THREADS);
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    fs.close();
  }

  /** What a thread does; may throw. */
  @FunctionalInterface
  private interface Work {
    void run(int thread) throws Exception;
  }

  private void inParallel(Work work) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      running.add(
          threads.submit(
              () -> {
                work.run(thread);
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void everything_fits_together_after_random_operations_of_many_threads() throws Exception {
    Long given = Long.getLong("seed");
    long seed = given == null ? RandomOperations.newSeed() : given;
    fs.mkdir("/a");
    fs.mkdir("/b");
    inParallel(
        thread -> {
          SplittableRandom random = new SplittableRandom(seed + thread);
          for (int i = 0; i < 1500; i++) {
            step(random, seed);
          }
        });
    assertThat(
            fs.live.range(
                RowKey.orphan(new InodeNumber(0)),
                RowKey.orphan(new InodeNumber(Long.MAX_VALUE)),
                10))
        .as("orphans, -Dseed=%d", seed)
        .isEmpty();
  }

  private final AtomicInteger nextOwn = new AtomicInteger();

  private void step(SplittableRandom random, long seed) throws IOException {
    String path = path(random);
    String other = path(random);
    try {
      switch (random.nextInt(10)) {
        case 0 -> fs.create(path);
        case 1 -> fs.mkdir(path);
        case 2 -> fs.link(path, other);
        case 3 -> fs.unlink(path);
        case 4 -> fs.rmdir(path);
        case 5 -> fs.rename(path, other);
        case 6 -> fs.clone(path, other, true, true);
        case 7 -> fs.write(path, "text " + random.nextInt());
        case 8 -> {
          fs.names(path);
          fs.commit();
        }
        default -> {
          String own = "/own" + nextOwn.getAndIncrement(); // nobody else writes to it
          fs.create(own);
          try (OpenFile file = fs.open(own)) {
            fs.unlink(own);
            file.append(ByteBuffer.wrap(TreeFixture.bytes("after")));
            assertThat(TreeFixture.read(file)).endsWith("after");
          }
        }
      }
    } catch (TreeException e) {
      Set<Failure> possible =
          EnumSet.of(
              Failure.NO_ENTRY,
              Failure.EXISTS,
              Failure.NOT_DIRECTORY,
              Failure.IS_DIRECTORY,
              Failure.NOT_EMPTY,
              Failure.NOT_PERMITTED,
              Failure.INVALID,
              Failure.BUSY);
      assertThat(possible).as("-Dseed=%d", seed).contains(e.failure());
    }
  }

  private static String path(SplittableRandom random) {
    String[] names = {"a", "b", "c"};
    String first = "/" + names[random.nextInt(3)];
    return random.nextBoolean() ? first : first + "/" + names[random.nextInt(3)];
  }

  @Test
  void a_name_that_is_replaced_again_and_again_is_never_missing() throws Exception {
    fs.write("/target", "0");
    AtomicBoolean done = new AtomicBoolean();
    inParallel(
        thread -> {
          if (thread == 0) {
            try {
              for (int i = 0; i < 2000; i++) {
                fs.create("/new");
                fs.rename("/new", "/target");
              }
            } finally {
              done.set(true);
            }
            return;
          }
          while (!done.get()) {
            assertThat(fs.stat("/target").isRegular()).isTrue();
          }
        });
  }

  @Test
  void a_file_is_opened_whole_or_not_at_all_while_it_is_unlinked() throws Exception {
    for (int round = 0; round < 200; round++) {
      fs.write("/f", "whole");
      InodeNumber inode = fs.lstat("/f").number();
      inParallel(
          thread -> {
            if (thread == 0) {
              fs.unlink("/f");
              return;
            }
            try (OpenFile file = fs.tree.open(inode)) {
              assertThat(TreeFixture.read(file)).isEqualTo("whole");
            } catch (TreeException e) {
              assertThat(e.failure()).isEqualTo(Failure.NO_ENTRY);
            }
          });
      assertThat(fs.live.get(RowKey.inode(inode))).isNull();
      assertThat(fs.live.get(RowKey.orphan(inode))).isNull();
    }
  }

  @Test
  void directories_that_move_into_each_other_never_make_a_circle() throws Exception {
    for (int round = 0; round < 100; round++) {
      fs.mkdir("/a");
      fs.mkdir("/b");
      inParallel(
          thread -> {
            try {
              fs.rename(thread % 2 == 0 ? "/a" : "/b", thread % 2 == 0 ? "/b/x" : "/a/x");
            } catch (TreeException e) {
              assertThat(e.failure()).isIn(Failure.NO_ENTRY, Failure.INVALID, Failure.EXISTS);
            }
          });
      String left = fs.exists("/a") ? "/a" : "/b";
      fs.rmdir(left + "/x");
      fs.rmdir(left);
    }
  }

  @Test
  void a_file_that_is_written_to_all_the_time_can_be_cloned() throws Exception {
    try (TreeFixture fs = TreeFixture.open();
        OpenFile log = fs.createAndOpen("/log")) {
      AtomicBoolean done = new AtomicBoolean();
      AtomicLong written = new AtomicLong();
      ExecutorService writer = Executors.newSingleThreadExecutor();
      Future<?> appends =
          writer.submit(
              () -> {
                while (!done.get()) {
                  log.append(ByteBuffer.allocate(Long.BYTES).putLong(0, written.get()));
                  written.incrementAndGet();
                }
                return null;
              });
      try {
        for (int i = 0; i < 20; i++) {
          long before = written.get();
          fs.clone("/log", "/clone" + i, true, false);
          long after = written.get() + 1;
          try (OpenFile clone = fs.open("/clone" + i)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) clone.sizeBytes());
            while (bytes.hasRemaining()) {
              assertThat(clone.read(bytes.position(), bytes)).isPositive();
            }
            bytes.flip();
            assertThat(bytes.remaining() / Long.BYTES).isBetween((int) before, (int) after);
            for (long number = 0; bytes.hasRemaining(); number++) {
              assertThat(bytes.getLong()).isEqualTo(number);
            }
          }
        }
      } finally {
        done.set(true);
        writer.shutdown();
      }
      appends.get(1, TimeUnit.MINUTES);
    }
  }
}
