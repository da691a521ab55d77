package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.Test;

/**
 * What was written before and cannot be stored fails a later write before any of it has its place:
 * what a write tells, where its buffer stands and what the file has agree.
 */
class LateFailureTest {
  private static final int BYTES = 24 << 20;

  @Test
  void a_writer_who_goes_on_after_a_passing_failure_has_written_all() throws IOException {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse("cdc:64k"), 64 << 20)) {
      InodeNumber inode = fixture.createFile();
      FileContent file = fixture.content().acquire(inode);
      boolean[] fails = {true};
      fixture.onBlocks(
          (method, arguments) -> {
            if (method.equals("put") && fails[0]) {
              throw new IOException("no space left, in this test");
            }
          });
      byte[] data = new byte[BYTES];
      new Random(1).nextBytes(data);
      ByteBuffer source = ByteBuffer.wrap(data);
      int at = 0;
      int failures = 0;
      while (source.hasRemaining()) {
        try {
          at += file.write(at, source);
        } catch (IOException e) {
          failures++;
          fails[0] = false; // somebody made room
        }
        assertThat(source.position()).isEqualTo(at);
        assertThat(file.sizeBytes()).isEqualTo(at);
      }
      assertThat(failures).isEqualTo(1);
      fixture.content().sync(file);
      fixture.content().release(file);
      assertThat(fixture.readAll(inode)).isEqualTo(data);
    }
  }
}
