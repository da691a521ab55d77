package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.RowKey;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final int BLOCK = 4096;
  private static final int BLOCKS = 3_000;
  private static final int LARGE = 64 << 10;
  private static final int LONG_BLOCKS = 640;
  private static final int CACHED_BLOCKS = 256;
  private static final int FEW = 64;

  @Test
  void damage_further_on_does_not_fail_a_read_before_it() throws IOException {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse("fixed:4k"), 16 << 20)) {
      InodeNumber inode = fixture.createFile();
      byte[] bytes = new byte[BLOCKS * BLOCK];
      new SplittableRandom(1).nextBytes(bytes);
      FileContent written = fixture.content().acquire(inode);
      written.write(0, ByteBuffer.wrap(bytes));
      fixture.content().release(written);
      fixture.content().syncAll();
      List<ExtentPage> pages =
          fixture
              .metadata()
              .range(RowKey.extents(inode, 0), RowKey.extents(inode, bytes.length), 10);
      assertThat(pages).hasSizeGreaterThan(1);
      fixture.metadata().commit(new MetadataBatch().delete(pages.get(1).key()));
      fixture.reopen();
      FileContent file = fixture.content().acquire(inode);
      ByteBuffer read = ByteBuffer.allocate(BLOCK);
      long end = pages.get(0).endBytes();
      for (long at = 0; at < end; at += BLOCK) {
        assertThat(file.read(at, read.clear())).isEqualTo(BLOCK);
        assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(bytes, (int) at, BLOCK));
      }
      assertThatThrownBy(() -> file.read(end, read.clear()))
          .isInstanceOf(MetadataDamagedException.class);
      fixture.content().release(file);
    }
  }

  /** Of more than the cache holds: what has room beside the stream stays, for the next one. */
  @Test
  void a_stream_finds_again_a_part_of_what_another_has_passed() throws IOException {
    ChunkingScheme chunking = ChunkingScheme.parse("fixed:64k");
    try (ContentFixture fixture = new ContentFixture(chunking, 16 << 20, CACHED_BLOCKS * LARGE)) {
      InodeNumber inode = fixture.createFile();
      byte[] bytes = new byte[LONG_BLOCKS * LARGE];
      new SplittableRandom(2).nextBytes(bytes);
      FileContent written = fixture.content().acquire(inode);
      written.write(0, ByteBuffer.wrap(bytes));
      fixture.content().release(written);
      fixture.content().syncAll();
      fixture.reopen();
      AtomicInteger reads = new AtomicInteger();
      fixture.onBlocks(
          (method, arguments) -> {
            if (method.equals("read")) {
              reads.incrementAndGet();
            }
          });
      FileContent file = fixture.content().acquire(inode);
      assertStream(file, bytes);
      assertThat(reads.getAndSet(0)).isBetween(LONG_BLOCKS, LONG_BLOCKS + FEW);
      assertStream(file, bytes);
      assertThat(reads.get())
          .isBetween(LONG_BLOCKS - CACHED_BLOCKS, LONG_BLOCKS - CACHED_BLOCKS / 8);
      fixture.content().release(file);
    }
  }

  private static void assertStream(FileContent file, byte[] bytes) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(BLOCK);
    for (int at = 0; at < bytes.length; at += BLOCK) {
      assertThat(file.read(at, read.clear())).isEqualTo(BLOCK);
      if (!read.flip().equals(ByteBuffer.wrap(bytes, at, BLOCK))) {
        throw new AssertionError("other bytes at " + at);
      }
    }
  }
}
