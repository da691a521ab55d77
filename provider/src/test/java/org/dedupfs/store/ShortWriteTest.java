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
import org.dedupfs.testing.Prerequisites;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long write that meets the end of the disk is a short one, as of a plain file: whoever goes on
 * with what is left of the buffer goes on at the right place.
 */
class ShortWriteTest {
  private static final int BYTES = 120 << 20;

  @TempDir Path temporary;
  private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(temporary.resolve("disk"));
    mounted = runs("mount", "-t", "tmpfs", "-o", "size=80m", "none", disk.toString());
    if (!mounted) {
      throw Prerequisites.noMount();
    }
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(runs("umount", disk.toString()) || runs("umount", "-l", disk.toString())).isTrue();
    }
  }

  private static boolean runs(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

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
    Path directory = disk.resolve("store");
    try (DedupFileSystem files = DedupFileSystems.open(directory, options);
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
