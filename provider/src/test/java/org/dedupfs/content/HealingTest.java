package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.RowKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Truncating a file with damaged extents to nothing makes it a sound file again. */
@Timeout(120)
class HealingTest {
  private static final int BLOCK_BYTES = 4096;

  /** Enough for several pages of extents. */
  private static final int BLOCKS = 5000;

  private final List<ExtentPage> damaged = new ArrayList<>();
  private ContentFixture fixture;
  private InodeNumber inode;

  @BeforeEach
  void damageAllPagesButTheFirst() throws IOException {
    fixture = new ContentFixture(ChunkingScheme.parse("fixed:4k"), 64 << 20);
    inode = fixture.createFile();
    FileContent file = fixture.content().acquire(inode);
    file.write(0, ByteBuffer.wrap(random(1, BLOCKS * BLOCK_BYTES)));
    fixture.content().release(file);
    fixture.reopen();
    for (RowKey<ExtentPage> key : fixture.metadata().extentKeys(inode)) {
      ExtentPage page = fixture.metadata().get(key);
      if (page != null && page.offsetBytes() > 0) {
        damaged.add(page);
      }
    }
    assertThat(damaged).hasSizeGreaterThan(2);
    fixture.onMetadata(this::failWhenDamagedIsRead);
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private static byte[] random(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** As a store whose rows do not pass their checks, as long as it has these rows. */
  private void failWhenDamagedIsRead(String method, Object[] arguments) throws IOException {
    for (ExtentPage page : damaged) {
      RowKey<ExtentPage> key = page.key();
      if (arguments.length > 0
          && arguments[0] instanceof RowKey<?> from
          && from.table() == key.table()
          && from.first() == key.first()
          && isMet(method, key, from, arguments)
          && page.equals(fixture.metadata().get(key))) {
        throw new MetadataDamagedException("damaged by request: " + page);
      }
    }
  }

  private boolean isMet(String method, RowKey<ExtentPage> key, RowKey<?> from, Object[] arguments) {
    return switch (method) {
      case "get" -> key.equals(from);
      case "range" ->
          key.second() >= from.second() && key.second() < ((RowKey<?>) arguments[1]).second();
      case "floor" ->
          key.second() <= from.second()
              && fixture.metadata().extentKeys(inode).stream()
                  .noneMatch(k -> k.second() > key.second() && k.second() <= from.second());
      default -> false;
    };
  }

  @Test
  void the_damage_is_met_unless_it_is_healed() throws IOException {
    FileContent file = fixture.content().acquire(inode);
    assertThatThrownBy(() -> file.read(BLOCKS * BLOCK_BYTES - 1, ByteBuffer.allocate(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged by request");
    fixture.content().release(file);
  }

  @Test
  void what_is_written_since_may_lie_in_several_runs_and_pages() throws IOException {
    byte[] first = random(2, 1 << 20);
    byte[] second = random(3, 3000 * BLOCK_BYTES);
    byte[] third = random(4, 10);
    int secondAt = 15 << 20;
    int thirdAt = 50 << 20;
    FileContent file = fixture.content().acquire(inode);
    file.setSize(0);
    file.write(0, ByteBuffer.wrap(first));
    file.write(secondAt, ByteBuffer.wrap(second));
    file.write(thirdAt, ByteBuffer.wrap(third));
    fixture.content().sync(file);
    file.write(secondAt + 5, ByteBuffer.wrap(third));
    fixture.content().sync(file);
    fixture.content().release(file);
    byte[] expected = new byte[thirdAt + third.length];
    System.arraycopy(first, 0, expected, 0, first.length);
    System.arraycopy(second, 0, expected, secondAt, second.length);
    System.arraycopy(third, 0, expected, secondAt + 5, third.length);
    System.arraycopy(third, 0, expected, thirdAt, third.length);
    fixture.reopen();
    assertThat(fixture.readAll(inode)).isEqualTo(expected);
    fixture.checkExtents();
  }
}
