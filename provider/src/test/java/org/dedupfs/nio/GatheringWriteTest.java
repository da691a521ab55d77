package org.dedupfs.nio;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gathering writes of one buffer twice, beside the default file system. */
class GatheringWriteTest {
  @TempDir Path directory;

  private static void write(Path file, int otherBytes) throws IOException {
    ByteBuffer twice = ByteBuffer.wrap("abcd".getBytes(StandardCharsets.US_ASCII));
    byte[] other = new byte[otherBytes];
    Arrays.fill(other, (byte) 'x');
    ByteBuffer last = ByteBuffer.wrap(other);
    try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
      assertThat(channel.write(new ByteBuffer[] {twice, twice, last})).isEqualTo(8 + otherBytes);
      assertThat(channel.position()).isEqualTo(8 + otherBytes);
    }
    assertThat(twice.hasRemaining()).isFalse();
    assertThat(last.hasRemaining()).isFalse();
  }

  @Test
  void one_buffer_twice_is_written_twice_and_costs_no_other_bytes() throws IOException {
    DedupOptions options = DedupOptions.builder().create(true).build();
    try (DedupFileSystem files = DedupFileSystems.open(directory.resolve("store"), options)) {
      for (int otherBytes : new int[] {0, 10, 5 << 20}) {
        Path plain = directory.resolve("plain" + otherBytes);
        Path ours = files.getPath("/file" + otherBytes);
        write(plain, otherBytes);
        write(ours, otherBytes);
        assertThat(Files.readAllBytes(ours)).isEqualTo(Files.readAllBytes(plain));
      }
    }
  }
}
