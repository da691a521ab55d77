package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads on one file, with commits and drains under way. */
@Timeout(120)
class ContentConcurrencyTest {
  private static final int THREADS = 4;
  private static final int RECORD_BYTES = 3_000;
  private static final int RECORDS = 300;

  /** No multiple of a page, so that pieces, chunks and writes end at different places. */
  private static final int STREAM_PIECE_BYTES = 100_003;

  private static final int STREAM_BYTES = 150 * STREAM_PIECE_BYTES;

  @ParameterizedTest
  @ValueSource(strings = {"cdc:4k", "fixed:4k"})
  void appends_of_many_threads_are_whole_and_none_is_lost(String chunking) throws Exception {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 256 << 10)) {
      InodeNumber inode = fixture.createFile();
      inParallel(
          fixture,
          inode,
          (file, thread) -> {
            for (int i = 0; i < RECORDS; i++) {
              file.append(ByteBuffer.wrap(recordOf(thread, i)));
            }
          });
      byte[] all = fixture.readAll(inode);
      assertThat(all).hasSize(THREADS * RECORDS * RECORD_BYTES);
      int[] next = new int[THREADS];
      for (int at = 0; at < all.length; at += RECORD_BYTES) {
        int thread = all[at];
        assertThat(Arrays.copyOfRange(all, at, at + RECORD_BYTES))
            .isEqualTo(recordOf(thread, next[thread]));
        next[thread]++;
      }
      fixture.reopen();
      assertThat(fixture.readAll(inode)).isEqualTo(all);
      fixture.checkExtents();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:4k", "fixed:4k"})
  void each_thread_reads_back_what_it_wrote_between_the_others(String chunking) throws Exception {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 256 << 10)) {
      InodeNumber inode = fixture.createFile();
      inParallel(
          fixture,
          inode,
          (file, thread) -> {
            SplittableRandom random = new SplittableRandom(thread);
            byte[][] mine = new byte[RECORDS][];
            for (int i = 0; i < 4 * RECORDS; i++) {
              int slot = random.nextInt(RECORDS);
              long at = ((long) slot * THREADS + thread) * RECORD_BYTES;
              byte[] before = mine[slot];
              if (before != null && random.nextBoolean()) {
                ByteBuffer target = ByteBuffer.allocate(RECORD_BYTES);
                assertThat(file.read(at, target)).isEqualTo(RECORD_BYTES);
                assertThat(target.array()).isEqualTo(before);
              } else {
                mine[slot] = recordOf(thread, i);
                file.write(at, ByteBuffer.wrap(mine[slot]));
              }
            }
          });
      byte[] all = fixture.readAll(inode);
      fixture.reopen();
      assertThat(fixture.readAll(inode)).isEqualTo(all);
      fixture.checkExtents();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:64k", "fixed:128k"})
  void streams_are_read_as_written_while_their_buffers_are_used_again(String chunking)
      throws Exception {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 8 << 20)) {
      InodeNumber[] inodes = new InodeNumber[THREADS];
      for (int i = 0; i < THREADS; i++) {
        inodes[i] = fixture.createFile();
      }
      inParallel(
          fixture,
          inodes[0],
          (unused, thread) -> {
            FileContent file = fixture.content().acquire(inodes[thread]);
            try {
              SplittableRandom random = new SplittableRandom(thread);
              for (int at = 0; at < STREAM_BYTES; at += STREAM_PIECE_BYTES) {
                file.write(at, ByteBuffer.wrap(streamed(thread, at)));
                int before = random.nextInt(at / STREAM_PIECE_BYTES + 1) * STREAM_PIECE_BYTES;
                ByteBuffer target = ByteBuffer.allocate(STREAM_PIECE_BYTES);
                assertThat(file.read(before, target)).isEqualTo(STREAM_PIECE_BYTES);
                assertThat(Arrays.equals(target.array(), streamed(thread, before))).isTrue();
              }
            } finally {
              fixture.content().release(file);
            }
          });
      fixture.reopen();
      for (int i = 0; i < THREADS; i++) {
        ByteBuffer all = ByteBuffer.wrap(fixture.readAll(inodes[i]));
        assertThat(all.remaining()).isEqualTo(STREAM_BYTES);
        for (int at = 0; at < STREAM_BYTES; at += STREAM_PIECE_BYTES) {
          ByteBuffer written = ByteBuffer.wrap(streamed(i, at));
          assertThat(all.slice(at, STREAM_PIECE_BYTES).equals(written)).isTrue();
        }
      }
      fixture.checkExtents();
    }
  }

  private static byte[] streamed(int thread, int at) {
    byte[] bytes = new byte[STREAM_PIECE_BYTES];
    new SplittableRandom(thread * 1_000_000_007L + at).nextBytes(bytes);
    return bytes;
  }

  private static byte[] recordOf(int thread, int number) {
    byte[] bytes = new byte[RECORD_BYTES];
    new SplittableRandom(thread * 100_000L + number).nextBytes(bytes);
    bytes[0] = (byte) thread;
    return bytes;
  }

  @FunctionalInterface
  private interface Work {
    void on(FileContent file, int thread) throws IOException;
  }

  private static void inParallel(ContentFixture fixture, InodeNumber inode, Work work)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1);
    AtomicBoolean done = new AtomicBoolean();
    try {
      Future<?> syncs =
          pool.submit(
              () -> {
                while (!done.get()) {
                  fixture.content().syncAll();
                }
                return null;
              });
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        tasks.add(
            () -> {
              FileContent file = fixture.content().acquire(inode);
              try {
                work.on(file, thread);
              } finally {
                fixture.content().release(file);
              }
              return null;
            });
      }
      List<Future<Void>> results = new ArrayList<>();
      for (Callable<Void> task : tasks) {
        results.add(pool.submit(task));
      }
      for (Future<Void> result : results) {
        result.get();
      }
      done.set(true);
      syncs.get();
    } finally {
      done.set(true);
      pool.shutdownNow();
    }
  }
}
