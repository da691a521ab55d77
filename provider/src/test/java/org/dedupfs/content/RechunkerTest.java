package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RechunkerTest {
  private static final long SEED = Long.getLong("seed", 20_241_122L);
  private static final int[] WRITE_BYTES = {100, 4_096, 70_001, 131_072, 300_000, 1_000_003};

  @ParameterizedTest
  @ValueSource(strings = {"cdc:4k", "cdc:64k", "fixed:8k", "fixed:128k"})
  void blocks_do_not_depend_on_the_sizes_of_the_writes(String chunking) throws IOException {
    byte[] data = new byte[3_500_000];
    new Random(SEED).nextBytes(data);
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 16 << 20)) {
      write(fixture, data, data.length, data.length);
      long blocks = fixture.blocks().statistics().blocks();
      assertThat(blocks).isGreaterThan(data.length / (256 << 10));
      for (int writeBytes : WRITE_BYTES) {
        write(fixture, data, writeBytes, writeBytes);
        assertThat(fixture.blocks().statistics().blocks()).as("%d", writeBytes).isEqualTo(blocks);
      }
      write(fixture, data, 1, 200_000);
      assertThat(fixture.blocks().statistics().blocks()).as("seed %d", SEED).isEqualTo(blocks);
    }
  }

  /**
   * What is left for the next round is what was written last, or later writes would overtake it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"cdc:4k", "fixed:8k"})
  void nothing_is_left_uncut_when_the_end_of_a_run_was_written_before_the_rest(String chunking)
      throws IOException {
    byte[] data = new byte[100_000];
    new Random(SEED).nextBytes(data);
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 16 << 20)) {
      FileContent file = fixture.content().acquire(fixture.createFile());
      file.write(90_000, ByteBuffer.wrap(data, 90_000, 1_001));
      file.write(0, ByteBuffer.wrap(data, 0, 90_000));
      file.drain(false);
      assertThat(fixture.content().budget().usedBytes()).as("all is cut").isZero();
      file.write(91_001, ByteBuffer.wrap(data, 91_001, 1_002));
      file.drain(false);
      assertThat(fixture.content().budget().usedBytes()).as("the end waits").isPositive();
      fixture.content().sync(file);
      fixture.content().release(file);
      byte[] expected = java.util.Arrays.copyOf(data, 92_003);
      assertThat(fixture.readAll(file.inode())).isEqualTo(expected);
    }
  }

  @Test
  void what_is_truncated_away_before_it_was_cut_leaves_the_budget() throws IOException {
    ChunkingScheme chunking = ChunkingScheme.parse("cdc:4k");
    try (ContentFixture fixture = new ContentFixture(chunking, 16 << 20)) {
      FileContent file = fixture.content().acquire(fixture.createFile());
      byte[] data = new byte[3_000];
      for (int round = 0; round < 5; round++) {
        new Random(SEED + round).nextBytes(data);
        file.write(0, ByteBuffer.wrap(data));
        file.drain(false);
        file.setSize(0);
        file.drain(true);
        assertThat(fixture.content().budget().usedBytes()).isZero();
      }
      fixture.content().release(file);
    }
  }

  /** A file is unlinked while it is being cut; from then on nothing lies below. */
  @Test
  @Timeout(60)
  void a_cut_ends_when_the_file_is_discarded_under_it() throws Exception {
    ChunkingScheme chunking = ChunkingScheme.parse("cdc:4k");
    try (ContentFixture fixture = new ContentFixture(chunking, 16 << 20)) {
      byte[] data = new byte[200_000];
      new Random(SEED).nextBytes(data);
      for (int round = 0; round < 300; round++) {
        InodeNumber inode = fixture.createFile();
        FileContent file = fixture.content().acquire(inode);
        file.write(0, ByteBuffer.wrap(data));
        file.drain(true);
        for (int at = 3_000; at < data.length; at += 30_000) {
          file.write(at, ByteBuffer.wrap(data, round, 600)); // no block of its own
        }
        Thread discard = new Thread(() -> fixture.content().discard(inode));
        discard.start();
        file.drain(true);
        discard.join();
        assertThat(file.commit().isSettled()).isTrue();
      }
    }
  }

  @Test
  @Timeout(60)
  void a_cut_that_finds_nothing_where_it_began_fails_instead_of_going_on_for_ever()
      throws IOException {
    DirtyLayer dirty = new DirtyLayer(new SpareBuffers(0));
    dirty.write(5_000, ByteBuffer.wrap(new byte[600]));
    SealedView view =
        new SealedView() {
          private int looks;

          @Override
          public DirtyLayer sealed() {
            return dirty;
          }

          @Override
          public long sizeBytes() {
            return 10_000;
          }

          @Override
          public long lowerEndBytes() {
            return 10_000;
          }

          @Override
          public List<Extent> lower(long from, long to) {
            looks++;
            return looks == 1
                ? List.of(new Extent(2_000, (int) (to - 2_000), 7, 0, 0))
                : List.of(Extent.hole(from, to - from));
          }

          @Override
          public void readLower(Extent extent, byte[] target, int at) {
            throw new AssertionError("nothing lies below");
          }
        };
    try (InMemoryBlockStore blocks = new InMemoryBlockStore(new AtomicLong(1)::getAndAdd)) {
      Rechunker rechunker =
          Rechunker.of(
              view,
              () -> new ChunkWriter(blocks, Runnable::run, 1),
              ChunkingScheme.parse("cdc:4k"));
      assertThatThrownBy(() -> rechunker.cut(false))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no chunk from 2000");
    }
  }

  private static void write(ContentFixture fixture, byte[] data, int leastBytes, int mostBytes)
      throws IOException {
    Random random = new Random(SEED);
    InodeNumber inode = fixture.createFile();
    FileContent file = fixture.content().acquire(inode);
    int at = 0;
    while (at < data.length) {
      int wanted = leastBytes + random.nextInt(mostBytes - leastBytes + 1);
      int count = Math.min(wanted, data.length - at);
      file.write(at, ByteBuffer.wrap(data, at, count));
      at += count;
    }
    fixture.content().sync(file);
    fixture.content().release(file);
    assertThat(fixture.readAll(inode)).isEqualTo(data);
  }
}
