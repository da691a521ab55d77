package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.SplittableRandom;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.junit.jupiter.api.Test;

/** What a layer says it holds is what it holds. */
class DirtyLayerTest {
  private static final int LONG = 256 << 10;

  private final DirtyLayer layer = new DirtyLayer(new SpareBuffers(0));

  /** The bytes of all buffers that pieces keep alive, each once. */
  private static long retained(DirtyLayer layer) {
    Set<byte[]> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    long bytes = 0;
    for (DirtyLayer.Piece piece : layer.overlapping(0, Long.MAX_VALUE)) {
      if (!piece.isHole() && buffers.add(piece.bytes())) {
        bytes += piece.bytes().length;
      }
    }
    return bytes;
  }

  private static ByteBuffer bytes(int count, int value) {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    java.util.Arrays.fill(buffer.array(), (byte) value);
    return buffer;
  }

  @Test
  void a_small_rest_of_a_long_piece_does_not_keep_its_buffer() {
    for (int i = 0; i < 64; i++) {
      long at = (long) i * 2 * LONG;
      layer.write(at, bytes(LONG, i + 1));
      layer.punch(at, at + LONG - 100);
    }
    assertThat(retained(layer)).isLessThanOrEqualTo(64 * 200);
    assertThat(layer.memoryBytes()).isGreaterThanOrEqualTo(retained(layer)).isLessThan(64 * 600);
    byte[] rest = new byte[100];
    DirtyLayer.Piece last = layer.overlapping(LONG - 100, LONG).get(0);
    last.copyTo(LONG - 100, LONG, rest, 0);
    assertThat(rest).containsOnly(1);
  }

  @Test
  void overwriting_from_the_end_on_does_not_keep_what_was_overwritten() {
    for (int i = 63; i >= 0; i--) {
      layer.write((long) i * 1000, bytes(LONG, i));
    }
    assertThat(layer.memoryBytes()).isGreaterThanOrEqualTo(retained(layer)).isLessThan(4 * LONG);
  }

  @Test
  void whatever_is_done_all_that_is_held_is_accounted() {
    Long given = Long.getLong("seed");
    long seed = given == null ? System.nanoTime() : given;
    SplittableRandom random = new SplittableRandom(seed);
    DirtyLayer held = layer;
    for (int i = 0; i < 2_000; i++) {
      long at = random.nextInt(1 << 20);
      int count = 1 + random.nextInt(random.nextBoolean() ? 300_000 : 3_000);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> held.write(at, bytes(count, i));
        case 3, 4, 5 -> held.punch(at, at + count);
        case 6 -> held = held.remainder(at / 16);
        default -> {
          DirtyLayer above = new DirtyLayer(new SpareBuffers(0));
          above.write(at, bytes(count, i));
          above.punch(at + count / 2, at + count);
          held.stack(above);
        }
      }
      assertThat(held.memoryBytes())
          .as("step %d, -Dseed=%d", i, seed)
          .isGreaterThanOrEqualTo(retained(held));
    }
  }

  @Test
  void buffers_are_used_again_but_for_what_a_remainder_holds() {
    SpareBuffers spare = new SpareBuffers(1L << 30);
    DirtyLayer cut = new DirtyLayer(spare);
    cut.write(0, bytes(LONG, 1));
    cut.write(LONG, bytes(LONG, 2));
    cut.write(2L * LONG, bytes(LONG, 3));
    byte[] first = cut.overlapping(0, 1).get(0).bytes();
    byte[] shared = cut.overlapping(LONG, LONG + 1).get(0).bytes();
    DirtyLayer rest = cut.remainder(LONG + 100);
    cut.recycle(LONG + 100);
    DirtyLayer next = new DirtyLayer(spare);
    for (int i = 0; i < 3; i++) {
      next.write((long) i * LONG, bytes(LONG, 9));
    }
    assertThat(next.overlapping(0, 1).get(0).bytes()).isSameAs(first);
    assertThat(rest.overlapping(0, 2L * LONG).get(0).bytes()).isSameAs(shared);
    byte[] kept = new byte[2 * LONG - 100];
    rest.overlapping(0, 2L * LONG).get(0).copyTo(LONG + 100, 2L * LONG, kept, 0);
    rest.overlapping(2L * LONG, 3L * LONG).get(0).copyTo(2L * LONG, 3L * LONG, kept, LONG - 100);
    assertThat(java.util.Arrays.copyOf(kept, LONG - 100)).containsOnly(2);
    assertThat(java.util.Arrays.copyOfRange(kept, LONG - 100, kept.length)).containsOnly(3);
  }

  @Test
  void who_looks_at_a_buffer_that_was_given_back_fails() {
    layer.write(0, bytes(LONG, 1));
    DirtyLayer.Piece piece = layer.overlapping(0, 1).get(0);
    layer.recycle(Long.MAX_VALUE);
    assertThatThrownBy(() -> piece.copyTo(0, 1, new byte[1], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void no_more_buffers_idle_than_their_share_of_what_may_be_dirty() {
    SpareBuffers spare = new SpareBuffers(16L * LONG);
    byte[][] given = {new byte[LONG], new byte[LONG], new byte[LONG], new byte[LONG / 2]};
    for (byte[] buffer : given) {
      spare.give(buffer);
    }
    assertThat(spare.mostBytes()).isEqualTo(2L * LONG);
    assertThat(spare.take()).isSameAs(given[1]);
    assertThat(spare.take()).isSameAs(given[0]);
    assertThat(spare.take()).hasSize(LONG).isNotSameAs(given[2]);
  }

  @Test
  void punching_does_not_escape_the_budget() throws Exception {
    long budgetBytes = 256 << 10;
    try (ContentFixture fixture =
        new ContentFixture(ChunkingScheme.parse("fixed:4k"), budgetBytes)) {
      FileContent file = fixture.content().acquire(fixture.createFile());
      file.setSize(64L << 20);
      for (long at = 0; at < 16L << 20; at += 4096) {
        file.punchHole(at, 1);
        assertThat(fixture.content().budget().usedBytes()).isLessThanOrEqualTo(budgetBytes);
      }
      fixture.content().release(file);
    }
  }
}
