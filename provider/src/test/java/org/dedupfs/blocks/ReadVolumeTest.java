package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading a block takes reading its record from the files, and next to nothing else. */
@Timeout(60)
class ReadVolumeTest {
  private static final long SEED = Long.getLong("seed", 17L);
  private static final int BLOCKS = 600;

  /** In a store of three RocksDB looks through all of them for each record. */
  private static final int FILES = 5;

  /** More than RocksDB puts beside another record, and in all less than it flushes by itself. */
  private static final int BYTES = 5_000;

  /** For headers, and for the pages of the index, each of which is read now and then. */
  private static final double MOST_READ = 1.15;

  /** How many bytes this thread has read by system calls, whether from a disk or from a cache. */
  private static long bytesRead() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/thread-self/io"))) {
      if (line.startsWith("rchar: ")) {
        return Long.parseLong(line.substring("rchar: ".length()));
      }
    }
    throw new IOException("/proc/thread-self/io does not say what was read");
  }

  private static int[] fill(Path directory, TestLease lease) throws IOException {
    int[] checks = new int[BLOCKS + 1];
    try (RocksDbBlockStore store =
        RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), lease)) {
      for (int i = 1; i <= BLOCKS; i++) {
        byte[] raw = Blocks.random(i, BYTES);
        checks[i] = Blocks.check(store, raw);
        assertThat(Blocks.put(store, raw)).isEqualTo(new BlockId(i));
        if (i % (BLOCKS / FILES) == 0) {
          store.flush();
        }
      }
      store.flush();
    }
    return checks;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void each_record_is_read_once_and_what_leads_to_it_hardly_at_all(
      boolean shuffled, @TempDir Path directory) throws IOException {
    TestLease lease = new TestLease();
    int[] checks = fill(directory, lease);
    List<Integer> numbers = new ArrayList<>(IntStream.rangeClosed(1, BLOCKS).boxed().toList());
    if (shuffled) {
      Collections.shuffle(numbers, new Random(SEED));
    }
    try (RocksDbBlockStore store =
        RocksDbBlockStore.open(directory, AbstractBlockStoreTest.options(), lease)) {
      assertThat(store.read(new BlockId(1), checks[1])).hasSize(BYTES); // classes, too
      long before = bytesRead();
      for (int i : numbers) {
        assertThat(store.read(new BlockId(i), checks[i]).length).isEqualTo(BYTES);
      }
      assertThat((double) (bytesRead() - before) / BLOCKS / BYTES)
          .as("bytes read for each byte of a block, seed %d", SEED)
          .isBetween(1.0, MOST_READ);
    }
  }
}
