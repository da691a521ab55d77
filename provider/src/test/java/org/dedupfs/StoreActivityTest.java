package org.dedupfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.StoreFigure.BLOCKS_FOUND;
import static org.dedupfs.StoreFigure.BLOCKS_PUT;
import static org.dedupfs.StoreFigure.BLOCK_BYTES_PUT;
import static org.dedupfs.StoreFigure.BLOCK_CACHE_HITS;
import static org.dedupfs.StoreFigure.BLOCK_CACHE_MISSES;
import static org.dedupfs.StoreFigure.BYTES_READ;
import static org.dedupfs.StoreFigure.BYTES_WRITTEN;
import static org.dedupfs.StoreFigure.COMMITS;
import static org.dedupfs.StoreFigure.COMMIT_NANOS;
import static org.dedupfs.StoreFigure.DAMAGED_BLOCKS;
import static org.dedupfs.StoreFigure.DIRTY_BYTES;
import static org.dedupfs.StoreFigure.EXTENT_CACHE_HITS;
import static org.dedupfs.StoreFigure.EXTENT_CACHE_MISSES;
import static org.dedupfs.StoreFigure.FLUSHED_BYTES;
import static org.dedupfs.StoreFigure.FLUSHES;
import static org.dedupfs.StoreFigure.FLUSH_NANOS;
import static org.dedupfs.StoreFigure.LONGEST_COMMIT_NANOS;
import static org.dedupfs.StoreFigure.LONGEST_FLUSH_NANOS;
import static org.dedupfs.StoreFigure.OPEN_FILES;
import static org.dedupfs.StoreFigure.READS;
import static org.dedupfs.StoreFigure.ROW_CACHE_HITS;
import static org.dedupfs.StoreFigure.ROW_CACHE_MISSES;
import static org.dedupfs.StoreFigure.SWEEPS;
import static org.dedupfs.StoreFigure.SWEEP_NANOS;
import static org.dedupfs.StoreFigure.SWEPT_BLOCKS;
import static org.dedupfs.StoreFigure.SWEPT_BYTES;
import static org.dedupfs.StoreFigure.UNCOMMITTED_BYTES;
import static org.dedupfs.StoreFigure.UNFLUSHED_BYTES;
import static org.dedupfs.StoreFigure.WRITES;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that does known work says what it did. */
class StoreActivityTest {
  private static final int BLOCK = 16 << 10;
  private static final int BLOCKS = 20;

  private static final DedupOptions BY_HAND =
      DedupOptions.builder()
          .chunking("fixed:16k")
          .commitInterval(java.time.Duration.ofHours(1))
          .accessTimes(DedupOptions.AccessTimes.NOATIME)
          .build();

  @TempDir Path host;

  private DedupFileSystem open() throws IOException {
    Path store = host.resolve("store");
    return Files.exists(store)
        ? DedupFileSystems.open(store, BY_HAND)
        : DedupFileSystems.create(store, BY_HAND);
  }

  private static byte[] random(int bytes, long seed) {
    byte[] made = new byte[bytes];
    new Random(seed).nextBytes(made);
    return made;
  }

  private static FileChannel writing(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  @Test
  void writes_count_bytes_and_calls_and_new_blocks() throws IOException {
    try (DedupFileSystem fs = open()) {
      try (FileChannel file = writing(fs.getPath("/file"))) {
        for (int i = 0; i < BLOCKS; i++) {
          file.write(ByteBuffer.wrap(random(BLOCK, i)));
        }
        assertThat(fs.activity().get(OPEN_FILES)).isEqualTo(1);
        assertThat(fs.activity().get(DIRTY_BYTES)).isGreaterThanOrEqualTo(BLOCKS * BLOCK);
        assertThat(fs.activity().get(UNCOMMITTED_BYTES)).isPositive();
      }
      fs.sync();
      StoreActivity activity = fs.activity();
      assertThat(activity.get(WRITES)).isEqualTo(BLOCKS);
      assertThat(activity.get(BYTES_WRITTEN)).isEqualTo(BLOCKS * BLOCK);
      assertThat(activity.get(BLOCKS_PUT)).isEqualTo(BLOCKS);
      assertThat(activity.get(BLOCK_BYTES_PUT))
          .isEqualTo(fs.statistics().storedBytes())
          .isGreaterThan(BLOCKS * BLOCK);
      assertThat(activity.get(BLOCKS_FOUND)).isZero();
      assertThat(activity.get(READS)).isZero();
      assertThat(activity.get(OPEN_FILES)).isZero();
      assertThat(activity.get(DIRTY_BYTES)).isZero();
      assertThat(activity.get(UNCOMMITTED_BYTES)).isZero();
    }
  }

  @Test
  void duplicates_count_as_found_within_one_stream_too() throws IOException {
    try (DedupFileSystem fs = open()) {
      Path file = fs.getPath("/file");
      try (FileChannel out = writing(file)) {
        for (int i = 0; i < BLOCKS; i++) {
          out.write(ByteBuffer.wrap(random(BLOCK, i % 2)));
        }
      }
      fs.sync();
      assertThat(fs.activity().get(BLOCKS_PUT)).isEqualTo(2);
      assertThat(fs.activity().get(BLOCKS_FOUND)).isEqualTo(BLOCKS - 2);
    }
  }

  @Test
  void reads_count_bytes_and_what_the_caches_had() throws IOException {
    try (DedupFileSystem fs = open()) {
      Files.write(fs.getPath("/file"), random(BLOCK, 1));
    }
    try (DedupFileSystem fs = open()) {
      ByteBuffer target = ByteBuffer.allocate(100);
      try (FileChannel file = FileChannel.open(fs.getPath("/file"))) {
        for (int i = 0; i < 3; i++) {
          assertThat(file.read(target.clear(), 1000L * i)).isEqualTo(100);
        }
        assertThat(file.read(target.clear(), BLOCK)).isEqualTo(-1);
      }
      StoreActivity activity = fs.activity();
      assertThat(activity.get(READS)).isEqualTo(4);
      assertThat(activity.get(BYTES_READ)).isEqualTo(300);
      assertThat(activity.get(BLOCK_CACHE_MISSES)).isEqualTo(1);
      assertThat(activity.get(BLOCK_CACHE_HITS)).isEqualTo(2);
      assertThat(activity.hitRatio(BLOCK_CACHE_HITS, BLOCK_CACHE_MISSES)).isEqualTo(2 / 3.0);
      assertThat(activity.get(EXTENT_CACHE_MISSES)).isEqualTo(1);
      assertThat(activity.get(EXTENT_CACHE_HITS)).isGreaterThanOrEqualTo(2);
      assertThat(activity.get(ROW_CACHE_MISSES)).isPositive();
      assertThat(activity.get(WRITES) + activity.get(COMMITS) + activity.get(FLUSHES)).isZero();

      long missed = activity.get(ROW_CACHE_MISSES);
      assertThat(Files.size(fs.getPath("/file"))).isEqualTo(BLOCK);
      assertThat(fs.activity().get(ROW_CACHE_MISSES)).isEqualTo(missed);
      assertThat(fs.activity().get(ROW_CACHE_HITS)).isGreaterThan(activity.get(ROW_CACHE_HITS));
    }
  }

  @Test
  void commits_and_flushes_are_counted_and_timed() throws IOException {
    try (DedupFileSystem fs = open()) {
      long before = System.nanoTime();
      Files.createDirectory(fs.getPath("/directory"));
      fs.sync();
      fs.sync(); // nothing is left to commit
      assertThat(fs.activity().get(COMMITS)).isEqualTo(1);
      assertThat(fs.activity().get(FLUSHES)).isZero();

      // More than a commit takes into the journal.
      Files.write(fs.getPath("/large"), random(9 << 20, 7));
      fs.sync();
      long took = System.nanoTime() - before;
      StoreActivity activity = fs.activity();
      assertThat(activity.get(COMMITS)).isEqualTo(2);
      assertThat(activity.get(COMMIT_NANOS)).isBetween(1L, took);
      assertThat(activity.get(LONGEST_COMMIT_NANOS)).isBetween(1L, activity.get(COMMIT_NANOS));
      assertThat(activity.get(FLUSHES)).isPositive();
      assertThat(activity.get(FLUSH_NANOS)).isBetween(1L, took);
      assertThat(activity.get(LONGEST_FLUSH_NANOS)).isBetween(1L, activity.get(FLUSH_NANOS));
      assertThat(activity.get(FLUSHED_BYTES) + activity.get(UNFLUSHED_BYTES))
          .isEqualTo(activity.get(BLOCK_BYTES_PUT));
      assertThat(activity.get(FLUSHED_BYTES)).isGreaterThan(8 << 20);
    }
  }

  @Test
  void sweeps_count_what_they_delete_and_dry_runs_do_not() throws IOException {
    try (DedupFileSystem fs = open()) {
      Files.write(fs.getPath("/file"), random(BLOCKS * BLOCK, 1));
      fs.sync();
      long stored = fs.statistics().storedBytes();
      Files.delete(fs.getPath("/file"));
      fs.sweep(true);
      assertThat(fs.activity().get(SWEEPS)).isZero();
      fs.sweep();
      StoreActivity activity = fs.activity();
      assertThat(activity.get(SWEEPS)).isEqualTo(1);
      assertThat(activity.get(SWEEP_NANOS)).isPositive();
      assertThat(activity.get(SWEPT_BLOCKS)).isEqualTo(BLOCKS);
      assertThat(activity.get(SWEPT_BYTES)).isEqualTo(stored);
      assertThat(activity.get(DAMAGED_BLOCKS)).isZero();
    }
  }

  @Test
  void a_closed_store_tells_how_it_ended_and_the_next_opening_begins_at_0() throws IOException {
    DedupFileSystem fs = open();
    try (fs) {
      Files.write(fs.getPath("/file"), random(100, 1));
    }
    StoreActivity last = fs.activity();
    assertThat(last.get(BYTES_WRITTEN)).isEqualTo(100);
    assertThat(last.get(COMMITS)).isEqualTo(1);
    assertThat(last.get(UNFLUSHED_BYTES)).isZero();
    try (DedupFileSystem again = open()) {
      assertThat(again.activity().get(BYTES_WRITTEN)).isZero();
    }
  }

  @Test
  void every_figure_is_known_and_has_a_name_of_its_own() throws IOException {
    Set<String> keys = new HashSet<>();
    for (StoreFigure figure : StoreFigure.values()) {
      assertThat(figure.description()).isNotBlank();
      assertThat(keys.add(figure.key())).as(figure.key()).isTrue();
    }
    assertThat(keys).contains("bytesRead", "longestCommitNanos");
    try (DedupFileSystem fs = open()) {
      assertThat(fs.activity().values()).containsOnlyKeys(StoreFigure.values());
    }
  }
}
