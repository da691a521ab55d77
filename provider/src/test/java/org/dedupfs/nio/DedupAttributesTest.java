package org.dedupfs.nio;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.DedupFileAttributes;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the view {@code dedup} tells, in a store of which every block is known. */
class DedupAttributesTest {
  private static final int CHUNK = 4096;

  /** Format, codec, raw length, length of the hash, SHA-256. */
  private static final int HEADER = 1 + 1 + 4 + 1 + 32;

  @TempDir Path host;
  private DedupFileSystem fs;

  @BeforeEach
  void open() throws Exception {
    fs =
        DedupFileSystems.create(
            host.resolve("store"),
            DedupOptions.builder().chunking("fixed:4k").compression("none").build());
  }

  @AfterEach
  void close() throws Exception {
    fs.close();
  }

  private static byte[] random(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static List<Long> numbers(Path path) throws Exception {
    return numbers(Files.getFileAttributeView(path, DedupFileAttributeView.class));
  }

  private static List<Long> numbers(DedupFileAttributeView view) throws Exception {
    DedupFileAttributes of = view.readAttributes();
    return List.of(of.logicalBytes(), of.storedBytes(), of.uniqueBytes(), of.chunks());
  }

  private static List<Long> numbers(long logical, long blocks, long unique, long chunks) {
    return List.of(logical, unique + blocks * HEADER, unique, chunks);
  }

  @Test
  void repetitions_and_holes_cost_nothing_and_chunks_count() throws Exception {
    Path file = fs.getPath("/file");
    try (DedupFileChannel channel =
        (DedupFileChannel) FileChannel.open(file, CREATE, READ, WRITE)) {
      channel.write(ByteBuffer.wrap(random(1, CHUNK)), 0);
      channel.write(ByteBuffer.wrap(random(2, CHUNK)), CHUNK);
      channel.write(ByteBuffer.wrap(random(1, CHUNK)), 2 * CHUNK);
      channel.write(ByteBuffer.wrap(random(3, 100)), 5 * CHUNK);
      List<Long> expected = numbers(3 * CHUNK + 100, 3, 2 * CHUNK + 100, 4);
      assertThat(numbers(file)).isEqualTo(expected);
      assertThat(numbers(channel.dedupAttributes())).isEqualTo(expected);
      assertThat(numbers(Files.copy(file, fs.getPath("/copy")))).isEqualTo(expected);
      Files.delete(file);
      channel.punchHole(0, CHUNK);
      assertThat(numbers(channel.dedupAttributes()))
          .isEqualTo(numbers(2 * CHUNK + 100, 3, 2 * CHUNK + 100, 3));
    }
  }

  @Test
  void large_files_are_counted_step_by_step() throws Exception {
    int chunks = 9_000;
    byte[] distinct = random(4, chunks * CHUNK);
    Path file = Files.write(fs.getPath("/large"), distinct);
    assertThat(numbers(file)).isEqualTo(numbers(distinct.length, chunks, distinct.length, chunks));
  }

  @Test
  void compression_shows() throws Exception {
    Path store = host.resolve("compressing");
    try (DedupFileSystem compressing =
        DedupFileSystems.create(store, DedupOptions.builder().compression("zstd:1").build())) {
      Path file = Files.writeString(compressing.getPath("/text"), "words ".repeat(1_000));
      List<Long> numbers = numbers(file);
      assertThat(numbers.get(2)).isEqualTo(6_000);
      assertThat(numbers.get(1)).isBetween((long) HEADER, 500L);
    }
  }

  @Test
  void the_numbers_have_names() throws Exception {
    Path file = Files.write(fs.getPath("/file"), random(5, 10));
    assertThat(Files.readAttributes(file, "dedup:*"))
        .isEqualTo(
            Map.of(
                "logicalBytes",
                10L,
                "storedBytes",
                10L + HEADER,
                "uniqueBytes",
                10L,
                "chunks",
                1L));
    assertThat(Files.readAttributes(file, "dedup:chunks,uniqueBytes"))
        .isEqualTo(Map.of("chunks", 1L, "uniqueBytes", 10L));
    assertThat(Files.getAttribute(file, "dedup:chunks")).isEqualTo(1L);
    assertThat(fs.supportedFileAttributeViews()).contains("dedup");
    assertThat(Files.getFileStore(file).supportsFileAttributeView(DedupFileAttributeView.class))
        .isTrue();
    assertThatThrownBy(() -> Files.getAttribute(file, "dedup:size"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Files.setAttribute(file, "dedup:chunks", 2L))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void what_has_no_bytes_costs_nothing() throws Exception {
    Path link = Files.createSymbolicLink(fs.getPath("/link"), fs.getPath("/nowhere"));
    assertThat(numbers(fs.getPath("/"))).containsOnly(0L);
    assertThat(numbers(Files.createFile(fs.getPath("/empty")))).containsOnly(0L);
    assertThat(Files.getAttribute(link, "dedup:chunks", java.nio.file.LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(0L);
    assertThatThrownBy(() -> Files.getAttribute(link, "dedup:chunks"))
        .isInstanceOf(NoSuchFileException.class);
    try (DedupFileChannel channel = (DedupFileChannel) FileChannel.open(fs.getPath("/"))) {
      assertThat(numbers(channel.dedupAttributes())).containsOnly(0L);
    }
  }

  @Test
  void a_store_that_is_only_read_tells_the_same() throws Exception {
    Files.write(fs.getPath("/file"), random(6, 3_000));
    List<Long> numbers = numbers(fs.getPath("/file"));
    fs.close();
    fs =
        DedupFileSystems.open(host.resolve("store"), DedupOptions.builder().readOnly(true).build());
    assertThat(numbers(fs.getPath("/file"))).isEqualTo(numbers);
  }
}
