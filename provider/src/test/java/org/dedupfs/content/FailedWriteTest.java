package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.testing.ChildJvm;
import org.dedupfs.testing.FullHeap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A write, or another change of a file's bytes, that ends midway for lack of memory. */
class FailedWriteTest {
  private static final int PIECE = DirtyLayer.MAX_CAPACITY;

  private ContentFixture fixture;
  private InodeNumber inode;
  private FileContent file;

  @BeforeEach
  void createFile() throws IOException {
    fixture = new ContentFixture(ChunkingScheme.parse("cdc:64k"), 16 << 20);
    inode = fixture.createFile();
    file = fixture.content().acquire(inode);
  }

  private static ByteBuffer bytes(int count, int value) {
    byte[] array = new byte[count];
    Arrays.fill(array, (byte) value);
    return ByteBuffer.wrap(array);
  }

  private byte[] read(int count) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(count);
    int got;
    do {
      got = file.read(target.position(), target);
    } while (got > 0 && target.hasRemaining());
    return Arrays.copyOf(target.array(), target.position());
  }

  /** In a JVM of its own. */
  static final class WithoutMemory {
    private WithoutMemory() {}

    public static void main(String[] arguments) throws IOException {
      FailedWriteTest test = new FailedWriteTest();
      test.createFile();
      test.failAtOnce();
      test.createFile();
      test.failAmidWrite();
      System.out.println("done");
    }
  }

  @Test
  void a_write_for_which_there_is_no_memory_harms_no_bytes_around_it() throws IOException {
    try (ChildJvm child = ChildJvm.start(List.of(), WithoutMemory.class)) {
      child.await("done");
    }
  }

  /** Writes while there is memory for so many large pieces only. */
  private boolean fails(ByteBuffer source, int pieces) throws IOException {
    byte[][] spare = new byte[pieces][PIECE + (64 << 10)];
    FullHeap heap = new FullHeap();
    try {
      heap.fill(PIECE / 4);
      Arrays.fill(spare, null);
      file.write(0, source);
      return false;
    } catch (OutOfMemoryError e) {
      return true;
    } finally {
      heap.clear();
    }
  }

  private void failAtOnce() throws IOException {
    file.write(100, bytes(200, 5));
    ByteBuffer large = bytes(PIECE, 9);
    assertThat(fails(large, 0)).isTrue();
    byte[] found = read(300);
    assertThat(Arrays.copyOfRange(found, 0, 100)).containsOnly(0);
    assertThat(Arrays.copyOfRange(found, 100, 300)).containsOnly(5);
    file.write(0, large.rewind());
    fixture.content().sync(file);
    assertThat(read(PIECE)).containsOnly(9);
  }

  private void failAmidWrite() throws IOException {
    ByteBuffer large = bytes(4 * PIECE, 9);
    assertThat(fails(large, 1)).isTrue();
    int written = (int) file.sizeBytes();
    assertThat(written).isLessThan(4 * PIECE);
    file.setSize(8 * PIECE);
    byte[] found = read(8 * PIECE);
    assertThat(Arrays.copyOfRange(found, written, found.length)).containsOnly(0);
    file.write(0, bytes(5, 7));
    fixture.content().sync(file);
    assertThat(read(5)).containsOnly(7);
    file.setSize(0);
    file.drain(true);
    assertThat(fixture.content().dirtyBytes()).isZero();
  }

  /** Extents to which adding one ends for lack of memory, when it has been begun. */
  private static List<Extent> tooMany(int count) {
    return new AbstractList<>() {
      @Override
      public Extent get(int index) {
        return Extent.hole(index * 10L, 10);
      }

      @Override
      public int size() {
        return count;
      }

      @Override
      public Iterator<Extent> iterator() {
        throw new OutOfMemoryError("in this test");
      }
    };
  }

  @Test
  void a_file_is_refused_when_a_change_ended_midway_and_keeps_what_was_committed()
      throws IOException {
    ContentStore content = fixture.content();
    file.write(0, bytes(PIECE, 3));
    content.sync(file);
    assertThatThrownBy(() -> file.place(tooMany(5))).isInstanceOf(OutOfMemoryError.class);

    assertThatThrownBy(() -> read(5)).isInstanceOf(LostWritesException.class);
    assertThatThrownBy(() -> file.write(0, bytes(5, 4))).isInstanceOf(LostWritesException.class);
    assertThatThrownBy(() -> file.setSize(0)).isInstanceOf(LostWritesException.class);
    assertThatThrownBy(() -> content.sync(file)).isInstanceOf(IOException.class);
    InodeNumber other = fixture.createFile();
    FileContent sound = content.acquire(other);
    sound.write(0, bytes(5, 6));
    content.sync(sound);
    content.release(sound);
    assertThat(content.syncStorable()).isEqualTo(1);
    assertThatThrownBy(() -> content.release(file)).isInstanceOf(LostWritesException.class);

    fixture.crash();
    assertThat(fixture.readAll(inode)).hasSize(PIECE).containsOnly(3);
    assertThat(fixture.readAll(other)).hasSize(5).containsOnly(6);
  }

  @Test
  void a_file_is_deleted_when_a_change_of_it_ended_midway() throws IOException {
    assertThatThrownBy(() -> file.place(tooMany(5))).isInstanceOf(OutOfMemoryError.class);
    fixture.deleteFile(inode);
    fixture.content().syncAll();
    assertThat(fixture.content().dirtyBytes()).isZero();
  }
}
