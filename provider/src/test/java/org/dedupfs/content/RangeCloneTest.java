package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.maintenance.Sweep;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.dedupfs.testing.Interposed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RangeCloneTest {
  private ContentFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new ContentFixture(ChunkingScheme.parse("fixed:4k"), 64 << 20);
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

  private InodeNumber fileWith(byte[] bytes) throws IOException {
    InodeNumber inode = fixture.createFile();
    write(inode, 0, bytes);
    return inode;
  }

  private void write(InodeNumber inode, long at, byte[] bytes) throws IOException {
    FileContent file = fixture.content().acquire(inode);
    file.write(at, ByteBuffer.wrap(bytes));
    fixture.content().release(file);
  }

  private void sync(InodeNumber inode) throws IOException {
    FileContent file = fixture.content().acquire(inode);
    fixture.content().sync(file);
    fixture.content().release(file);
  }

  private long cloneRange(InodeNumber from, long at, InodeNumber to, long toAt, long length)
      throws IOException {
    FileContent source = fixture.content().acquire(from);
    FileContent target = fixture.content().acquire(to);
    long count = target.cloneRange(source, at, toAt, length);
    fixture.content().release(target);
    fixture.content().release(source);
    return count;
  }

  private static byte[] patched(byte[] bytes, int at, byte[] patch) {
    byte[] result = Arrays.copyOf(bytes, Math.max(bytes.length, at + patch.length));
    System.arraycopy(patch, 0, result, at, patch.length);
    return result;
  }

  @Test
  void no_data_is_read_or_stored_for_it_wherever_the_edges_lie() throws Exception {
    byte[] bytes = random(1, 1_000_000);
    byte[] old = random(2, 300_000);
    InodeNumber source = fileWith(bytes);
    InodeNumber target = fileWith(old);
    fixture.content().syncAll();
    List<String> calls = new CopyOnWriteArrayList<>();
    fixture.onBlocks((method, arguments) -> calls.add(method));
    assertThat(cloneRange(source, 12_345, target, 77, 800_000)).isEqualTo(800_000);
    assertThat(cloneRange(source, 900_000, target, 2_000_000, 1_000_000)).isEqualTo(100_000);
    fixture.content().syncAll();
    assertThat(calls).doesNotContainAnyElementsOf(Set.of("read", "put", "encode", "hash", "find"));
    byte[] expected = patched(old, 77, Arrays.copyOfRange(bytes, 12_345, 812_345));
    expected = patched(expected, 2_000_000, Arrays.copyOfRange(bytes, 900_000, 1_000_000));
    assertThat(fixture.readAll(target)).isEqualTo(expected);
    fixture.reopen();
    assertThat(fixture.readAll(target)).isEqualTo(expected);
    fixture.checkExtents();
  }

  @Test
  void holes_come_along() throws Exception {
    InodeNumber source = fileWith(random(3, 24 * 4096));
    FileContent file = fixture.content().acquire(source);
    file.setSize(200_000);
    file.punchHole(10_000, 30_000);
    fixture.content().release(file);
    InodeNumber target = fileWith(random(4, 200_000));
    assertThat(cloneRange(source, 0, target, 0, 200_000)).isEqualTo(200_000);
    FileContent cloned = fixture.content().acquire(target);
    assertThat(cloned.nextHole(0)).isEqualTo(10_000);
    assertThat(cloned.nextData(10_000)).isEqualTo(40_000);
    assertThat(cloned.nextHole(40_000)).isEqualTo(24 * 4096);
    fixture.content().release(cloned);
    assertThat(fixture.readAll(target)).isEqualTo(fixture.readAll(source));
  }

  @Test
  void what_a_sync_of_the_clone_acknowledged_needs_nothing_of_the_source() throws Exception {
    byte[] bytes = random(5, 100_000);
    InodeNumber source = fixture.createFile();
    InodeNumber target = fixture.createFile();
    fixture.content().syncAll();
    write(source, 0, bytes);
    assertThat(cloneRange(source, 1_000, target, 0, 50_000)).isEqualTo(50_000);
    sync(target);
    fixture.crash();
    assertThat(fixture.readAll(target)).isEqualTo(Arrays.copyOfRange(bytes, 1_000, 51_000));
    fixture.checkExtents();
  }

  @Test
  void a_clone_under_way_while_blocks_are_marked_keeps_them() throws Exception {
    byte[] bytes = random(6, 100_000);
    InodeNumber source = fileWith(bytes);
    InodeNumber target = fixture.createFile();
    fixture.content().syncAll();
    AtomicBoolean scanning = new AtomicBoolean();
    Interposed.Hook whileScanning =
        (method, arguments) -> {
          boolean scan =
              method.equals("range")
                  && arguments[0] instanceof RowKey<?> key
                  && key.table() == Table.EXTENTS;
          if (scan && scanning.compareAndSet(false, true)) {
            // The blocks are then named by the delta of the clone only, which no scan sees.
            assertThat(cloneRange(source, 0, target, 0, bytes.length)).isEqualTo(bytes.length);
            write(source, 0, random(7, bytes.length));
            sync(source);
          }
        };
    MetadataStore scanned =
        Interposed.around(MetadataStore.class, fixture.metadata(), whileScanning);
    new Sweep(scanned, fixture.blocks(), fixture.content()).run(false, SweepListener.NONE);
    assertThat(scanning).isTrue();
    assertThat(fixture.readAll(target)).isEqualTo(bytes);
    fixture.content().syncAll();
    fixture.checkExtents();
  }

  @Test
  void very_many_extents_are_cloned_in_steps() throws Exception {
    int blocks = 20_000;
    byte[] block = random(8, 4096);
    InodeNumber source = fixture.createFile();
    FileContent file = fixture.content().acquire(source);
    for (int i = 0; i < blocks; i++) {
      file.append(ByteBuffer.wrap(block));
    }
    InodeNumber target = fixture.createFile();
    FileContent clone = fixture.content().acquire(target);
    assertThat(clone.cloneRange(file, 0, 0, Long.MAX_VALUE)).isEqualTo(blocks * 4096L);
    assertThat(clone.commit().deltaExtents()).isLessThan(blocks);
    ByteBuffer read = ByteBuffer.allocate(4096);
    for (int i = 0; i < blocks; i += 999) {
      assertThat(clone.read(i * 4096L, read.clear())).isEqualTo(4096);
      assertThat(read.array()).isEqualTo(block);
    }
    fixture.content().release(clone);
    fixture.content().release(file);
    fixture.content().syncAll();
    fixture.checkExtents();
  }

  @Test
  void the_extents_of_many_clones_that_no_commit_has_taken_yet_are_bounded() throws Exception {
    byte[] bytes = random(12, 1000 * 4096);
    InodeNumber source = fileWith(bytes);
    fixture.content().syncAll();
    List<FileContent> clones = new ArrayList<>();
    long extents = 0;
    for (int i = 0; i < 100; i++) {
      InodeNumber target = fixture.createFile();
      assertThat(cloneRange(source, 0, target, 0, bytes.length)).isEqualTo(bytes.length);
      FileContent clone = fixture.content().acquire(target);
      clones.add(clone);
      extents = 0;
      for (FileContent each : clones) {
        extents += each.commit().deltaExtents();
      }
      assertThat(extents).isLessThanOrEqualTo(1 << 16);
    }
    assertThat(extents).isGreaterThan(1 << 15);
    for (FileContent clone : clones) {
      fixture.content().release(clone);
    }
    fixture.content().syncAll();
    assertThat(fixture.content().clones().waitingExtents()).isZero();
    fixture.checkExtents();
    InodeNumber last = fixture.createFile();
    assertThat(cloneRange(source, 0, last, 0, bytes.length)).isEqualTo(bytes.length);
    assertThat(fixture.content().clones().waitingExtents()).isEqualTo(1000);
    fixture.content().discard(last);
    assertThat(fixture.content().clones().waitingExtents()).isZero();
    assertThat(fixture.readAll(clones.get(99).inode())).isEqualTo(bytes);
  }

  @Test
  void others_that_write_meanwhile_lose_nothing() throws Exception {
    byte[] bytes = random(9, 400_000);
    InodeNumber source = fileWith(bytes);
    InodeNumber target = fileWith(random(10, 400_000));
    FileContent file = fixture.content().acquire(target);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> appended =
          other.submit(
              () -> {
                int count = 0;
                for (; !done.get() || count < 10; count++) {
                  file.append(ByteBuffer.wrap(new byte[] {(byte) count}));
                }
                return count;
              });
      long cloned = 0;
      for (int i = 0; i < 200; i++) {
        cloned = Math.max(cloned, cloneRange(source, 0, target, 0, bytes.length));
      }
      done.set(true);
      int count = appended.get();
      byte[] found = fixture.readAll(target);
      assertThat(found).hasSize(400_000 + count);
      for (int i = 0; i < count; i++) {
        assertThat(found[400_000 + i]).isEqualTo((byte) i);
      }
      assertThat(Arrays.mismatch(found, 0, (int) cloned, bytes, 0, (int) cloned)).isEqualTo(-1);
      assertThat(cloneRange(source, 0, target, 0, bytes.length)).isEqualTo(bytes.length);
      assertThat(fixture.readAll(target)).startsWith(bytes);
    } finally {
      done.set(true);
      other.shutdownNow();
      fixture.content().release(file);
    }
  }
}
