package org.dedupfs.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.random;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.testing.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long write that meets the end of the disk is a short one, as of a plain file: whoever goes on
 * with what is left of the buffer goes on at the right place. Needs the right to mount.
 */
class ShortWriteTest {
  private static final int BYTES = 120 << 20;

  @TempDir Path temporary;

  /** How many bytes; none if it fails. */
  private static long written(Callable<? extends Number> write) throws Exception {
    try {
      return write.call().longValue();
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void a_long_write_that_meets_the_end_of_the_disk_is_short() throws Exception {
    byte[] data = random(1, BYTES);
    ByteBuffer left = ByteBuffer.wrap(data);
    DedupOptions options = DedupOptions.builder().create(true).memoryBytes(64L << 20).build();
    try (SmallDisk disk = SmallDisk.mount(temporary, "size=80m");
        DedupFileSystem files = DedupFileSystems.open(disk.path().resolve("store"), options);
        FileChannel channel = FileChannel.open(files.getPath("/f"), CREATE_NEW, WRITE)) {
      int count = channel.write(left);
      assertThat(count).isBetween(1, BYTES - 1).isEqualTo(left.position());
      assertThat(channel.position()).isEqualTo(count);
      assertThat(channel.size()).isEqualTo(count);

      // What others free meanwhile may let a little more in.
      ByteBuffer[] more = {left.slice(left.position(), 10), left.duplicate()};
      more[1].position(left.position() + 10);
      count += (int) written(() -> channel.write(more));
      assertThat(more[0].position() + more[1].position() - left.position() - 10)
          .isEqualTo(count - left.position());
      left.position(count);
      count += (int) written(() -> channel.write(left));
      assertThat(left.position()).isEqualTo(count);
      assertThat(channel.position()).isEqualTo(count);
      assertThat(channel.size()).isEqualTo(count);
      assertThat(Files.readAllBytes(files.getPath("/f"))).isEqualTo(Arrays.copyOf(data, count));
    }
  }
}
