package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small writes amid large chunks cost about what was written, and do not fragment a file. */
class PatchesTest {
  private static final long SEED = Long.getLong("seed", 11L);
  private static final int PAGE_BYTES = 4 << 10;
  private static final int FILE_BYTES = 1 << 20;

  /** What is stored in the course of many small writes against what was written. */
  private static final int MOST_STORED = 8;

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private static long stored(ContentFixture fixture) {
    return fixture.blocks().statistics().storedBytes();
  }

  /** A file of these bytes, durable; to be released. */
  private static FileContent stored(ContentFixture fixture, byte[] bytes) throws IOException {
    FileContent file = fixture.content().acquire(fixture.createFile());
    file.write(0, ByteBuffer.wrap(bytes));
    fixture.content().sync(file);
    return file;
  }

  /** Writes a page and makes it durable. */
  private static void put(ContentFixture fixture, FileContent file, byte[] bytes, int at, long seed)
      throws IOException {
    byte[] page = random(seed, PAGE_BYTES);
    System.arraycopy(page, 0, bytes, at, PAGE_BYTES);
    file.write(at, ByteBuffer.wrap(page));
    fixture.content().sync(file);
  }

  private static List<Extent> extents(ContentFixture fixture, InodeNumber inode)
      throws IOException {
    return ExtentMap.read(fixture.metadata(), inode, 0, Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  private static void check(ContentFixture fixture, InodeNumber inode, byte[] bytes)
      throws IOException {
    assertThat(fixture.readAll(inode)).isEqualTo(bytes);
    fixture.reopen();
    assertThat(fixture.readAll(inode)).isEqualTo(bytes);
    fixture.checkExtents();
    fixture.sweep();
    assertThat(fixture.readAll(inode)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:64k", "fixed:128k"})
  void a_page_written_amid_a_large_file_stores_a_page(String chunking) throws IOException {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 16 << 20)) {
      byte[] bytes = random(SEED, FILE_BYTES);
      FileContent file = stored(fixture, bytes);
      InodeNumber inode = file.inode();
      long before = stored(fixture);
      put(fixture, file, bytes, 300_000, SEED + 1);
      assertThat(stored(fixture) - before).isBetween((long) PAGE_BYTES, PAGE_BYTES + 100L);
      check(fixture, inode, bytes);
      fixture.content().release(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:64k", "fixed:128k", "cdc:16k", "fixed:1m"})
  void many_pages_store_a_few_times_what_was_written_and_stay_readable(String chunking)
      throws IOException {
    ChunkingScheme scheme = ChunkingScheme.parse(chunking);
    try (ContentFixture fixture = new ContentFixture(scheme, 16 << 20)) {
      byte[] bytes = random(SEED, FILE_BYTES);
      FileContent file = stored(fixture, bytes);
      InodeNumber inode = file.inode();
      long before = stored(fixture);
      SplittableRandom random = new SplittableRandom(SEED);
      int count = 1500;
      for (int i = 0; i < count; i++) {
        put(fixture, file, bytes, random.nextInt(FILE_BYTES - PAGE_BYTES), SEED + i);
      }
      assertThat(stored(fixture) - before)
          .as("stored for %d written", (long) count * PAGE_BYTES)
          .isLessThan((long) MOST_STORED * count * PAGE_BYTES);
      int places = FILE_BYTES / scheme.averageBytes() + 1;
      assertThat(extents(fixture, inode))
          .hasSizeLessThan(
              places * (2 * Patches.mostWithin(scheme.averageBytes() + PAGE_BYTES) + 3));
      check(fixture, inode, bytes);
      fixture.content().release(file);
    }
  }

  /** As a database or the image of a disk is written to, for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"cdc:64k", "fixed:128k"})
  void pages_overwritten_again_and_again_take_each_others_place_and_none_is_read(String chunking)
      throws IOException {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 16 << 20)) {
      byte[] bytes = random(SEED, FILE_BYTES);
      FileContent file = stored(fixture, bytes);
      InodeNumber inode = file.inode();
      long before = stored(fixture);
      AtomicInteger reads = new AtomicInteger();
      fixture.onBlocks(
          (method, arguments) -> {
            if (method.equals("read")) {
              reads.incrementAndGet();
            }
          });
      SplittableRandom random = new SplittableRandom(SEED);
      int pages = FILE_BYTES / PAGE_BYTES;
      int count = 10 * pages;
      for (int i = 0; i < count; i++) {
        put(fixture, file, bytes, random.nextInt(pages) * PAGE_BYTES, SEED + i);
      }
      assertThat(reads).as("blocks read for %d pages, seed %d", count, SEED).hasValue(0);
      assertThat(stored(fixture) - before).isLessThan(count * (PAGE_BYTES + 100L));
      assertThat(extents(fixture, inode)).hasSizeLessThan(pages + pages / 8);
      check(fixture, inode, bytes);
      fixture.content().release(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:64k", "fixed:128k"})
  void pages_appended_one_by_one_store_a_few_times_what_was_written(String chunking)
      throws IOException {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 16 << 20)) {
      InodeNumber inode = fixture.createFile();
      FileContent file = fixture.content().acquire(inode);
      byte[] bytes = new byte[FILE_BYTES];
      for (int at = 0; at < FILE_BYTES; at += PAGE_BYTES) {
        put(fixture, file, bytes, at, SEED + at);
      }
      assertThat(stored(fixture)).isLessThan((long) MOST_STORED * FILE_BYTES);
      check(fixture, inode, bytes);
      fixture.content().release(file);
    }
  }

  /** As an image that is brought up to date in place: it becomes what it would be when copied. */
  @Test
  void a_chunk_that_was_replaced_page_by_page_is_found_again() throws IOException {
    ChunkingScheme scheme = ChunkingScheme.parse("fixed:128k");
    try (ContentFixture fixture = new ContentFixture(scheme, 16 << 20)) {
      byte[] wanted = random(SEED, FILE_BYTES);
      InodeNumber copied = fixture.createFile();
      FileContent copy = fixture.content().acquire(copied);
      copy.write(0, ByteBuffer.wrap(wanted));
      fixture.content().sync(copy);
      fixture.content().release(copy);
      InodeNumber inode = fixture.createFile();
      FileContent file = fixture.content().acquire(inode);
      file.write(0, ByteBuffer.wrap(random(SEED + 1, FILE_BYTES)));
      fixture.content().sync(file);
      for (int at = 0; at < FILE_BYTES; at += PAGE_BYTES) {
        file.write(at, ByteBuffer.wrap(wanted, at, PAGE_BYTES));
        fixture.content().sync(file);
      }
      fixture.content().release(file);
      List<Long> ids = extents(fixture, inode).stream().map(Extent::blockId).toList();
      assertThat(ids).isEqualTo(extents(fixture, copied).stream().map(Extent::blockId).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:64k", "fixed:128k"})
  void a_small_file_stays_one_block(String chunking) throws IOException {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 16 << 20)) {
      InodeNumber inode = fixture.createFile();
      FileContent file = fixture.content().acquire(inode);
      byte[] bytes = random(SEED, 3 * PAGE_BYTES);
      file.write(0, ByteBuffer.wrap(bytes));
      fixture.content().sync(file);
      put(fixture, file, bytes, PAGE_BYTES / 2, SEED + 2);
      byte[] more = Arrays.copyOf(bytes, 4 * PAGE_BYTES);
      put(fixture, file, more, 3 * PAGE_BYTES, SEED + 3);
      assertThat(extents(fixture, inode)).hasSize(1);
      check(fixture, inode, more);
      fixture.content().release(file);
    }
  }

  /** The new end lies amid an extent that no commit has taken yet. */
  @ParameterizedTest
  @ValueSource(strings = {"cdc:64k", "fixed:128k", "cdc:16k"})
  void a_little_appended_where_a_file_was_cut_short_is_stored(String chunking) throws IOException {
    try (ContentFixture fixture = new ContentFixture(ChunkingScheme.parse(chunking), 16 << 20)) {
      InodeNumber inode = fixture.createFile();
      FileContent file = fixture.content().acquire(inode);
      byte[] bytes = random(SEED, 15_007);
      file.write(0, ByteBuffer.wrap(bytes));
      file.drain(true);
      file.setSize(3_746);
      file.append(ByteBuffer.wrap(bytes, 0, 100));
      fixture.content().sync(file);
      byte[] expected = Arrays.copyOf(bytes, 3_846);
      System.arraycopy(bytes, 0, expected, 3_746, 100);
      check(fixture, inode, expected);
      fixture.content().release(file);
    }
  }
}
