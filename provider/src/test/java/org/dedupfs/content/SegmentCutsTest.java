package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Segments are cut while the writer goes on, and what cannot be cut is told to a writer. */
@Timeout(60)
class SegmentCutsTest {
  private static final int SEGMENT_BYTES = 64 << 10;

  private ContentFixture fixture;
  private InodeNumber inode;
  private FileContent file;
  private final byte[] bytes = new byte[40 * SEGMENT_BYTES];

  @BeforeEach
  void open() throws IOException {
    fixture = new ContentFixture(ChunkingScheme.parse("cdc:4k"), 4 * SEGMENT_BYTES);
    inode = fixture.createFile();
    file = fixture.content().acquire(inode);
    new SplittableRandom(7).nextBytes(bytes);
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private void write(int segment) throws IOException {
    file.write(
        (long) segment * SEGMENT_BYTES,
        ByteBuffer.wrap(bytes, segment * SEGMENT_BYTES, SEGMENT_BYTES));
  }

  private void allIsThere(int segments) throws IOException {
    byte[] expected = Arrays.copyOf(bytes, segments * SEGMENT_BYTES);
    assertThat(fixture.readAll(inode)).isEqualTo(expected);
    fixture.content().release(file);
    fixture.reopen();
    assertThat(fixture.readAll(inode)).isEqualTo(expected);
    fixture.checkExtents();
  }

  @Test
  void a_writer_goes_on_while_a_segment_is_cut_and_waits_with_the_next_full_one() throws Exception {
    CountDownLatch putting = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("put")) {
            putting.countDown();
            go.await();
          }
        });
    write(0);
    putting.await();
    file.write(SEGMENT_BYTES, ByteBuffer.wrap(bytes, SEGMENT_BYTES, 1_000));
    assertThat(fixture.content().budget().usedBytes()).isGreaterThan(SEGMENT_BYTES);
    FutureTask<Void> second =
        new FutureTask<>(
            () -> {
              write(1); // full again: waits
              return null;
            });
    Thread writer = new Thread(second, "writer");
    writer.start();
    while (writer.getState() != Thread.State.WAITING && !second.isDone()) {
      Thread.onSpinWait();
    }
    assertThat(second.isDone()).isFalse();
    go.countDown();
    second.get(30, TimeUnit.SECONDS);
    fixture.onBlocks((method, arguments) -> {});
    for (int i = 2; i < 40; i++) {
      write(i);
    }
    allIsThere(40);
  }

  @Test
  void a_stream_is_cut_from_half_a_segment_on_so_that_the_next_is_there_when_a_cut_ends()
      throws Exception {
    CountDownLatch putting = new CountDownLatch(1);
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("put")) {
            putting.countDown();
          }
        });
    file.write(0, ByteBuffer.wrap(bytes, 0, SEGMENT_BYTES / 2 + 1_000));
    assertThat(putting.await(30, TimeUnit.SECONDS)).as("a cut has begun").isTrue();
  }

  @Test
  void what_is_written_here_and_there_is_cut_when_a_segment_is_full() throws Exception {
    AtomicInteger puts = new AtomicInteger();
    CountDownLatch putting = new CountDownLatch(1);
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("put")) {
            puts.incrementAndGet();
            putting.countDown();
          }
        });
    int pieces = SEGMENT_BYTES / 4_000 - 1;
    for (int i = pieces; i > 0; i--) {
      file.write(10_000L * i, ByteBuffer.wrap(bytes, 0, 3_900));
    }
    assertThat(file.isWorthACut()).isFalse();
    assertThat(puts).hasValue(0);
    file.write(0, ByteBuffer.wrap(bytes, 0, 9_000));
    assertThat(putting.await(30, TimeUnit.SECONDS)).as("a cut has begun").isTrue();
  }

  @Test
  void a_file_that_is_written_without_end_lets_others_have_their_turn() throws Exception {
    othersHaveTheirTurn(SEGMENT_BYTES);
  }

  @Test
  void so_they_have_when_more_chunks_than_that_wait_for_the_workers() throws Exception {
    int segmentBytes = bytes.length / 2;
    fixture.close();
    fixture = new ContentFixture(ChunkingScheme.parse("cdc:4k"), 4L * segmentBytes);
    file = fixture.content().acquire(fixture.createFile());
    othersHaveTheirTurn(segmentBytes);
  }

  private void othersHaveTheirTurn(int segmentBytes) throws Exception {
    FileContent second = fixture.content().acquire(fixture.createFile());
    FileContent waiting = fixture.content().acquire(fixture.createFile());
    Semaphore cutting = new Semaphore(0);
    CountDownLatch firstGoesOn = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    fixture.onBlocks(
        (method, arguments) -> {
          if (!method.equals("put")) {
            return;
          }
          if (workers.add(Thread.currentThread())) {
            CountDownLatch goesOn = workers.size() == 1 ? firstGoesOn : end;
            cutting.release();
            goesOn.await();
          } else if (file.gatheredBytes() == 0 && waiting.gatheredBytes() > 0) {
            end.await(); // the file of the first worker once more, before its turn
          }
        });
    int length = segmentBytes * 17 / 32;
    file.write(0, ByteBuffer.wrap(bytes, 0, length));
    cutting.acquire();
    second.write(0, ByteBuffer.wrap(bytes, length / 4, length));
    cutting.acquire(); // now all workers are at work
    file.write(length, ByteBuffer.wrap(bytes, length / 3, length));
    try {
      waiting.write(0, ByteBuffer.wrap(bytes, length / 2, length));
      assertThat(waiting.gatheredBytes()).isPositive();
      firstGoesOn.countDown();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (waiting.gatheredBytes() > 0) {
        assertThat(System.nanoTime()).as("when the other file is cut").isLessThan(deadline);
        Thread.onSpinWait();
      }
    } finally {
      end.countDown();
      fixture.content().release(second);
      fixture.content().release(waiting);
    }
  }

  @Test
  void who_cuts_himself_returns_after_one_cut_whatever_others_write_meanwhile() throws Exception {
    fixture.onThreads(task -> unstartable(new AtomicInteger()));
    AtomicInteger written = new AtomicInteger(1);
    Thread self = Thread.currentThread();
    int length = SEGMENT_BYTES * 5 / 8;
    fixture.onBlocks(
        (method, arguments) -> {
          boolean begins = method.equals("put") && file.gatheredBytes() == 0;
          if (begins && Thread.currentThread() == self && written.get() < 20) {
            int at = written.getAndIncrement() * length;
            FutureTask<Integer> other =
                new FutureTask<>(() -> file.write(at, ByteBuffer.wrap(bytes, at, length)));
            new Thread(other, "other writer").start();
            assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(length);
          }
        });
    file.write(0, ByteBuffer.wrap(bytes, 0, length));
    assertThat(written).hasValue(2);
    fixture.onBlocks((method, arguments) -> {});
    write(length * 2 / SEGMENT_BYTES + 1);
    fixture.onThreads(Thread::new);
  }

  @Test
  void streams_that_never_pause_keep_no_commit_waiting_and_leave_workers_for_others()
      throws Exception {
    FileContent second = fixture.content().acquire(fixture.createFile());
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("put")) {
            long until = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(100);
            while (System.nanoTime() < until) { // slower than who writes
              Thread.onSpinWait();
            }
          }
        });
    AtomicBoolean ended = new AtomicBoolean();
    List<FutureTask<Void>> streams = List.of(stream(file, 11, ended), stream(second, 12, ended));
    int rounds = 40;
    int taken = 0;
    try {
      for (int i = 0; i < rounds; i++) {
        CountDownLatch done = new CountDownLatch(1);
        if (fixture.content().workers().offer(done::countDown)) {
          taken++;
          assertThat(done.await(30, TimeUnit.SECONDS)).as("what was taken is done").isTrue();
        }
        fixture.content().syncAll();
      }
    } finally {
      ended.set(true);
      for (FutureTask<Void> stream : streams) {
        stream.get(30, TimeUnit.SECONDS);
      }
      fixture.content().release(second);
    }
    assertThat(taken).as("how often there was a place for others").isGreaterThan(rounds / 2);
  }

  private static FutureTask<Void> stream(FileContent target, long seed, AtomicBoolean ended) {
    FutureTask<Void> stream =
        new FutureTask<>(
            () -> {
              byte[] some = new byte[8 << 10];
              SplittableRandom random = new SplittableRandom(seed);
              while (!ended.get()) {
                random.nextBytes(some);
                long unused = target.append(ByteBuffer.wrap(some));
              }
              return null;
            });
    new Thread(stream, "stream").start();
    return stream;
  }

  @Test
  void who_fills_the_next_segment_is_told_that_the_last_could_not_be_stored() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    fixture.onBlocks(
        (method, arguments) -> {
          if (broken.get() && method.equals("put")) {
            throw new IOException("disk on fire");
          }
        });
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 3; i++) { // within the budget, so that no other drain is met
                write(i);
              }
            })
        .isInstanceOf(IOException.class)
        .hasStackTraceContaining("disk on fire");
    broken.set(false);
    for (int i = 0; i < 20; i++) {
      write(i);
    }
    allIsThere(20);
  }

  @Test
  void a_failure_of_any_kind_stops_no_later_writer() throws Exception {
    for (Throwable kind :
        new Throwable[] {new IllegalStateException("odd"), new OutOfMemoryError("none left")}) {
      AtomicBoolean once = new AtomicBoolean(true);
      fixture.onBlocks(
          (method, arguments) -> {
            if (method.equals("put") && once.compareAndSet(true, false)) {
              throw kind;
            }
          });
      for (int i = 0; i < 20; i++) {
        write(i);
      }
    }
    allIsThere(20);
  }

  @Test
  void where_no_thread_can_be_started_writers_and_readers_do_the_work_themselves()
      throws Exception {
    AtomicInteger asked = new AtomicInteger();
    fixture.onThreads(task -> unstartable(asked));
    for (int i = 0; i < 20; i++) {
      write(i);
    }
    assertThat(asked).as("threads asked for").hasPositiveValue();
    assertThat(fixture.readAll(inode)).isEqualTo(Arrays.copyOf(bytes, 20 * SEGMENT_BYTES));
    fixture.content().sync(file);
    Set<String> started = ConcurrentHashMap.newKeySet();
    fixture.onThreads(Thread::new);
    fixture.onBlocks((method, arguments) -> started.add(Thread.currentThread().getName()));
    for (int i = 20; i < 40; i++) {
      write(i);
    }
    assertThat(started).anyMatch(name -> name.startsWith("dedupfs-store"));
    fixture.onThreads(task -> unstartable(asked));
    allIsThere(40);
  }

  @Test
  void a_task_that_was_queued_for_a_thread_that_could_not_be_started_is_not_done_later()
      throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean exhausted = new AtomicBoolean(true);
    Workers pool =
        Workers.start(
            "test", 1, 64, task -> exhausted.get() ? unstartable(asked) : new Thread(task));
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    pool.setCorePoolSize(0); // as if the last worker ended meanwhile: queued first
    assertThatThrownBy(() -> pool.execute(refused::incrementAndGet))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(asked).hasValue(1);
    exhausted.set(false);
    pool.execute(done::countDown);
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    pool.stop();
    assertThat(refused).hasValue(0);
  }

  /** As where the system has no more threads. */
  private static Thread unstartable(AtomicInteger asked) {
    asked.incrementAndGet();
    throw new OutOfMemoryError("unable to create native thread");
  }
}
