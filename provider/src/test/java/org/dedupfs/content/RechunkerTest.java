package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.InodeNumber;
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
