package org.dedupfs.nio;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.dedupfs.DedupFileChannel;
import org.junit.jupiter.api.Test;

/** What a channel of a store can do beyond a {@link FileChannel}. */
class DedupFileChannelTest extends InStore {

  private DedupFileChannel open(String name) throws Exception {
    return (DedupFileChannel) FileChannel.open(directory.resolve(name), CREATE, READ, WRITE);
  }

  @Test
  void set_length_truncates_and_grows_and_lets_the_position_be() throws Exception {
    try (DedupFileChannel channel = open("file")) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
      channel.setLength(2);
      assertThat(channel.size()).isEqualTo(2);
      assertThat(channel.position()).isEqualTo(4);
      channel.setLength(6);
      ByteBuffer read = ByteBuffer.allocate(6);
      channel.read(read, 0);
      assertThat(read.array()).containsExactly(1, 2, 0, 0, 0, 0);
      assertThatThrownBy(() -> channel.setLength(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void holes_are_punched_and_found() throws Exception {
    byte[] data = new byte[1 << 20];
    new Random(1).nextBytes(data);
    try (DedupFileChannel channel = open("file")) {
      channel.write(ByteBuffer.wrap(data));
      channel.punchHole(256 << 10, 512 << 10);
      channel.force(true);
      assertThat(channel.size()).isEqualTo(1 << 20);
      assertThat(channel.nextHole(0)).isEqualTo(256 << 10);
      assertThat(channel.nextData(256 << 10)).isEqualTo(768 << 10);
      assertThat(channel.nextHole(768 << 10)).isEqualTo(1 << 20);
      assertThat(channel.nextHole(2 << 20)).isEqualTo(-1);
      assertThat(channel.nextData(1 << 20)).isEqualTo(-1);
      ByteBuffer read = ByteBuffer.allocate(4);
      channel.read(read, (256 << 10) - 2);
      assertThat(read.array())
          .containsExactly(data[(256 << 10) - 2], data[(256 << 10) - 1], (byte) 0, (byte) 0);
    }
  }

  @Test
  void a_reading_channel_changes_nothing() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "content");
    try (DedupFileChannel channel = (DedupFileChannel) FileChannel.open(file)) {
      assertThatThrownBy(() -> channel.setLength(0))
          .isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> channel.punchHole(0, 1))
          .isInstanceOf(NonWritableChannelException.class);
    }
  }

  @Test
  void there_is_no_mapping_and_it_says_so() throws Exception {
    try (DedupFileChannel channel = open("file")) {
      assertThatThrownBy(() -> channel.map(FileChannel.MapMode.READ_ONLY, 0, 1))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("mapped");
    }
  }

  @Test
  void offsets_beyond_any_file_are_refused() throws Exception {
    try (DedupFileChannel channel = open("file")) {
      assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1), Long.MAX_VALUE))
          .isInstanceOf(java.io.IOException.class)
          .hasMessageContaining("file");
      assertThat(channel.size()).isZero();
    }
  }

  @Test
  void large_files_come_back_as_they_were_written() throws Exception {
    byte[] data = new byte[20 << 20];
    new Random(2).nextBytes(data);
    Path file = Files.write(directory.resolve("large"), data);
    assertThat(Files.readAllBytes(file)).isEqualTo(data);
    Path copy = Files.copy(file, directory.resolve("copy"));
    assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
  }
}
