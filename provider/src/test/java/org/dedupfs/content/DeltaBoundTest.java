package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.Test;

/** Memory held by extents that wait for a commit is bounded, however seldom commits are due. */
class DeltaBoundTest {
  private static final int BLOCK = 4 << 10;
  private static final int EXTENTS = 150_000;
  private static final int PER_WRITE = 250;

  @Test
  void very_many_extents_are_committed_before_it_is_time() throws IOException {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse("fixed:4k"), 4 << 20)) {
      fixture.content().start(); // with an interval that never ends
      InodeNumber inode = fixture.createFile();
      FileContent file = fixture.content().acquire(inode);
      byte[] block = new byte[BLOCK];
      new SplittableRandom(1).nextBytes(block);
      ByteBuffer blocks = ByteBuffer.allocate(PER_WRITE * BLOCK);
      while (blocks.hasRemaining()) {
        blocks.put(block);
      }
      for (int i = 0; i < EXTENTS / PER_WRITE; i++) {
        file.write((long) i * PER_WRITE * BLOCK, blocks.rewind());
      }
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (file.commit().deltaExtents() > EXTENTS / 2 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      assertThat(file.commit().deltaExtents()).isLessThanOrEqualTo(EXTENTS / 2);
      fixture.content().release(file);
    }
  }
}
