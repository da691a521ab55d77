package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.Arrays;
import java.util.Random;
import org.dedupfs.DedupFileChannel;
import org.junit.jupiter.api.Test;

/** What a channel of a store can do beyond a {@link FileChannel}. */
class DedupFileChannelTest extends InStore {

  private DedupFileChannel open(String name) throws Exception {
    return open(directory.resolve(name));
  }

  private static DedupFileChannel open(Path path) throws Exception {
    return (DedupFileChannel) FileChannel.open(path, CREATE, READ, WRITE);
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

  @Test
  void space_is_allocated_by_growing_and_nothing_is_lost() throws Exception {
    Path file = Files.writeString(directory.resolve("allocated"), "data");
    try (DedupFileChannel channel = open(file)) {
      channel.allocate(2, 100);
      assertThat(channel.size()).isEqualTo(102);
      channel.allocate(0, 5);
      channel.allocate(1000, 0);
      assertThat(channel.size()).isEqualTo(102);
      assertThat(Files.readAllBytes(file)).startsWith("data".getBytes(UTF_8)).endsWith(0);
      assertThatThrownBy(() -> channel.allocate(Long.MAX_VALUE, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_range_of_zeros_reaches_beyond_the_end() throws Exception {
    Path file = Files.writeString(directory.resolve("zeros"), "0123456789");
    try (DedupFileChannel channel = open(file)) {
      channel.zeroRange(2, 3);
      assertThat(Files.readString(file)).isEqualTo("01\0\0\0" + "56789");
      channel.zeroRange(8, 4);
      assertThat(Files.readString(file)).isEqualTo("01\0\0\0" + "567\0\0\0\0");
      channel.zeroRange(20, 2);
      assertThat(channel.size()).isEqualTo(22);
    }
  }

  @Test
  void ranges_are_cloned_with_their_holes() throws Exception {
    byte[] bytes = new byte[3 << 20];
    new java.util.SplittableRandom(1).nextBytes(bytes);
    Path from = Files.write(directory.resolve("from"), bytes);
    Path to = Files.writeString(directory.resolve("to"), "old content");
    try (DedupFileChannel source = open(from);
        DedupFileChannel target = open(to)) {
      source.punchHole(1 << 20, 1 << 20);
      assertThat(target.cloneRangeFrom(source, 5, 3, Long.MAX_VALUE - 3))
          .isEqualTo(bytes.length - 5);
      byte[] expected = Files.readAllBytes(from);
      byte[] copied = Files.readAllBytes(to);
      assertThat(Arrays.equals(expected, 5, expected.length, copied, 3, copied.length)).isTrue();
      assertThat(new String(copied, 0, 3, UTF_8)).isEqualTo("old");
      assertThat(target.nextHole(0)).isLessThanOrEqualTo(1 << 20);
      assertThat(target.cloneRangeFrom(source, bytes.length, 0, 10)).isZero();
      assertThatThrownBy(() -> target.cloneRangeFrom(target, 0, 5, 10))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(target.cloneRangeFrom(target, 0, 100, 10)).isEqualTo(10);
    }
  }

  @Test
  void the_view_of_a_channel_stays_with_the_file() throws Exception {
    Path file = Files.createFile(directory.resolve("seen"));
    try (DedupFileChannel channel = open(file)) {
      Files.delete(Files.move(file, directory.resolve("renamed")));
      channel.attributeView().setMode(0640);
      assertThat(channel.attributeView().readAttributes().nlink()).isZero();
      assertThat(channel.attributeView().readAttributes().mode() & 07777).isEqualTo(0640);
    }
  }

  @Test
  void the_file_store_tells_what_statvfs_does() throws Exception {
    var store = Files.getFileStore(directory);
    long block = (Long) store.getAttribute("unix:blockSize");
    assertThat((Long) store.getAttribute("unix:blocks") * block)
        .isBetween(store.getTotalSpace() - block, store.getTotalSpace());
    assertThat((Long) store.getAttribute("unix:blocksFree"))
        .isGreaterThanOrEqualTo((Long) store.getAttribute("unix:blocksAvailable"));
    assertThat((Long) store.getAttribute("unix:inodes"))
        .isGreaterThan((Long) store.getAttribute("unix:inodesFree"));
    assertThat(store.getAttribute("unix:nameMax")).isEqualTo(255L);
    assertThatThrownBy(() -> store.getAttribute("unix:other"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
