package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dedupfs.CreationAttributes;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.UnixFileAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  void holes_take_nothing_at_once_whether_written_or_punched() throws Exception {
    Path file = directory.resolve("sparse");
    byte[] data = new byte[1 << 20];
    new Random(2).nextBytes(data);
    try (DedupFileChannel channel = open("sparse")) {
      channel.write(ByteBuffer.wrap(data), 10L << 20);
      channel.setLength(1L << 30);
      assertThat(allocated(file)).isEqualTo(1 << 20);
      channel.punchHole(10L << 20, 1000);
      assertThat(allocated(file)).isEqualTo((1 << 20) - 1000);
      channel.force(true);
      assertThat(allocated(file)).isEqualTo((1 << 20) - 1000);
      channel.punchHole((10L << 20) + 500, 1000);
      channel.write(ByteBuffer.wrap(data, 0, 100), (10L << 20) + 600);
      assertThat(allocated(file)).isEqualTo((1 << 20) - 1500 + 100);
      channel.setLength((10L << 20) + 650);
      assertThat(allocated(file)).isEqualTo(50);
      channel.setLength(1L << 30);
      assertThat(allocated(file)).isEqualTo(50);
      Files.setLastModifiedTime(file, FileTime.fromMillis(0));
      assertThat(allocated(file)).isEqualTo(50);
    }
  }

  private static long allocated(Path file) throws Exception {
    return Files.readAttributes(file, UnixFileAttributes.class).allocatedBytes();
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
  void a_range_that_is_cloned_within_the_store_adds_no_blocks() throws Exception {
    byte[] bytes = new byte[2 << 20];
    new Random(3).nextBytes(bytes);
    Path from = Files.write(directory.resolve("from"), bytes);
    Path to = Files.writeString(directory.resolve("to"), "appended to");
    fs.sync();
    long blocks = fs.statistics().blocks();
    try (DedupFileChannel source = open(from);
        DedupFileChannel target =
            (DedupFileChannel) FileChannel.open(to, StandardOpenOption.APPEND, SYNC)) {
      assertThat(target.cloneRangeFrom(source, 12_345, 5, 1 << 20)).isEqualTo(1 << 20);
      assertThat(fs.statistics().blocks()).isEqualTo(blocks);
      assertThat(target.cloneRangeFrom(source, 1, 2, 3)).isEqualTo(3);
    }
    byte[] expected = "appended to".getBytes(UTF_8);
    expected = Arrays.copyOf(expected, 5 + (1 << 20));
    System.arraycopy(bytes, 12_345, expected, 5, 1 << 20);
    System.arraycopy(bytes, 1, expected, 2, 3);
    assertThat(Files.readAllBytes(to)).isEqualTo(expected);
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
  void append_writes_at_the_end_whatever_the_mode_and_the_position() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "0123");
    try (DedupFileChannel channel = open(file);
        DedupFileChannel appending =
            (DedupFileChannel) FileChannel.open(file, StandardOpenOption.APPEND)) {
      channel.position(1);
      assertThat(channel.append(ByteBuffer.wrap(new byte[] {'4', '5'}))).isEqualTo(4);
      assertThat(channel.position()).isEqualTo(1);
      assertThat(appending.append(ByteBuffer.wrap(new byte[] {'6'}))).isEqualTo(6);
      assertThat(channel.append(ByteBuffer.allocate(0))).isEqualTo(7);
    }
    assertThat(Files.readString(file)).isEqualTo("0123456");
    try (DedupFileChannel reading = (DedupFileChannel) FileChannel.open(file)) {
      assertThatThrownBy(() -> reading.append(ByteBuffer.allocate(1)))
          .isInstanceOf(NonWritableChannelException.class);
    }
    DedupFileChannel closed = open(file);
    closed.close();
    assertThatThrownBy(() -> closed.append(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void appends_of_several_threads_never_meet() throws Exception {
    Path file = directory.resolve("log");
    int threads = 4;
    int each = 500;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Set<Long>>> appended = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        byte[] record = new byte[1 + 97 * t];
        Arrays.fill(record, (byte) ('a' + t));
        appended.add(
            pool.submit(
                () -> {
                  Set<Long> offsets = new HashSet<>();
                  try (DedupFileChannel channel = open(file)) {
                    for (int i = 0; i < each; i++) {
                      offsets.add(channel.append(ByteBuffer.wrap(record)));
                    }
                  }
                  return offsets;
                }));
      }
      byte[] expected = new byte[each * (threads + 97 * (threads - 1) * threads / 2)];
      for (int t = 0; t < threads; t++) {
        for (long at : appended.get(t).get()) {
          Arrays.fill(expected, (int) at, (int) at + 1 + 97 * t, (byte) ('a' + t));
        }
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void an_open_file_gets_another_name() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "content");
    Path taken = Files.createFile(directory.resolve("taken"));
    try (DedupFileChannel channel = open(file)) {
      Files.move(file, directory.resolve("moved"));
      Path link = directory.resolve("link");
      channel.linkTo(link);
      assertThat(Files.readString(link)).isEqualTo("content");
      assertThat(channel.attributeView().readAttributes().nlink()).isEqualTo(2);
      assertThatThrownBy(() -> channel.linkTo(taken))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> channel.linkTo(directory.resolve("no/such")))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> channel.linkTo(Path.of("/elsewhere")))
          .isInstanceOf(ProviderMismatchException.class);
      Files.delete(directory.resolve("moved"));
      Files.delete(link);
      assertThatThrownBy(() -> channel.linkTo(link)).isInstanceOf(NoSuchFileException.class);
    }
    DedupFileChannel closed = open(file);
    closed.close();
    assertThatThrownBy(() -> closed.linkTo(directory.resolve("link")))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void what_was_written_is_not_known_to_be_lost() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    DedupFileChannel channel = open(file);
    channel.append(ByteBuffer.wrap(new byte[] {1}));
    long generation = channel.generation();
    channel.checkWritten();
    assertThat(channel.generation()).as("asking changes nothing").isEqualTo(generation);
    channel.close();
    assertThatThrownBy(channel::checkWritten).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void targets_of_symbolic_links_are_kept_byte_for_byte() throws Exception {
    byte[] target = {'a', '/', '/', (byte) 0xFF, '/', '.', '/', '/'};
    Path link = directory.resolve("link");
    fs.createSymbolicLink(link, target, CreationAttributes.uid(12), CreationAttributes.gid(34));
    assertThat(fs.readSymbolicLink(link)).isEqualTo(target);
    UnixFileAttributes made =
        Files.readAttributes(link, UnixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    assertThat(List.of(made.uid(), made.gid())).containsExactly(12, 34);
    assertThat(made.size()).isEqualTo(target.length);
    assertThatThrownBy(() -> fs.createSymbolicLink(link, target))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> fs.readSymbolicLink(directory)).isInstanceOf(NotLinkException.class);
    Path other = directory.resolve("other");
    assertThatThrownBy(() -> fs.createSymbolicLink(other, new byte[0]))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> fs.createSymbolicLink(other, new byte[] {'a', 0}))
        .isInstanceOf(DedupFileSystemException.class);
    assertThatThrownBy(() -> fs.createSymbolicLink(Path.of("/elsewhere"), target))
        .isInstanceOf(ProviderMismatchException.class);
  }

  @Test
  void a_directory_that_is_open_gets_no_other_name() throws Exception {
    try (DedupFileChannel channel = (DedupFileChannel) FileChannel.open(directory)) {
      assertThatThrownBy(() -> channel.linkTo(directory.resolve("link")))
          .isInstanceOf(DedupFileSystemException.class);
    }
  }

  @Test
  void a_file_without_a_name_is_whole_until_it_is_closed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "content");
    byte[] user = "user.note".getBytes(UTF_8);
    try (DedupFileChannel channel = open(file)) {
      Files.delete(file);
      Files.writeString(file, "another file of that name");
      assertThat(channel.attributeView().readAttributes().nlink()).isZero();
      channel.attributeView().setIds(12, 34); // first, because it takes setuid away
      channel.attributeView().setMode(04751);
      FileTime time = FileTime.from(1_000_000_007, TimeUnit.NANOSECONDS);
      channel.attributeView().setTimes(time, time, null);
      UnixFileAttributes set = channel.attributeView().readAttributes();
      assertThat(set.mode() & 07777).isEqualTo(04751);
      assertThat(List.of(set.uid(), set.gid(), set.nlink())).containsExactly(12, 34, 0);
      assertThat(List.of(set.lastModifiedTime(), set.lastAccessTime())).containsOnly(time);
      ExtendedAttributeView xattr = channel.extendedAttributes();
      xattr.write(user, new byte[] {1}, ExtendedAttributeView.Presence.MISSING);
      assertThat(xattr.read(user)).containsExactly(1);
      assertThat(xattr.list()).containsExactly(user);
      xattr.delete(user);
      assertThat(xattr.list()).isEmpty();
      channel.setLength(3);
      channel.force(true);
      fs.sync();
      channel.append(ByteBuffer.wrap(new byte[] {'!'}));
      ByteBuffer read = ByteBuffer.allocate(10);
      assertThat(channel.read(read, 0)).isEqualTo(4);
      assertThat(new String(read.array(), 0, 4, UTF_8)).isEqualTo("con!");
      assertThat(channel.attributeView().readAttributes().size()).isEqualTo(4);
    }
    assertThat(Files.readString(file)).isEqualTo("another file of that name");
  }

  @Test
  void extended_attributes_of_a_channel_are_those_of_the_path() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    byte[] name = "trusted.x".getBytes(UTF_8);
    try (DedupFileChannel channel = open(file);
        DedupFileChannel ofDirectory = (DedupFileChannel) FileChannel.open(directory)) {
      ExtendedAttributeView.Presence any = ExtendedAttributeView.Presence.ANY;
      channel.extendedAttributes().write(name, new byte[] {7}, any);
      ofDirectory.extendedAttributes().write(name, new byte[] {8}, any);
      Path moved = Files.move(file, directory.resolve("moved"));
      assertThat(Files.getAttribute(moved, "xattr:trusted.x")).isEqualTo(new byte[] {7});
      assertThat(Files.getAttribute(directory, "xattr:trusted.x")).isEqualTo(new byte[] {8});
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_file_system_tells_its_durability(DedupOptions.Durability durability) throws Exception {
    Path store = host.resolve("durability-" + durability);
    DedupOptions options = DedupOptions.builder().create(true).durability(durability).build();
    try (DedupFileSystem opened = DedupFileSystems.open(store, options)) {
      assertThat(opened.durability()).isEqualTo(durability);
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
