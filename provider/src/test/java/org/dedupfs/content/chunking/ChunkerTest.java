package org.dedupfs.content.chunking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkerTest {
  private static final long SEED = Long.getLong("seed", 20_240_607L);

  @ParameterizedTest
  @ValueSource(strings = {"cdc:4k", "cdc:16k", "cdc:64k", "cdc:256k", "cdc:1m"})
  void two_bytes_per_step_cut_exactly_as_one_byte_per_step(String text) {
    ChunkingScheme scheme = ChunkingScheme.parse(text);
    byte[] data = random(SEED, Math.max(4 << 20, 20 * scheme.averageBytes() + 12_345));
    assertThat(lengths(scheme.chunker(), data)).isEqualTo(referenceLengths(scheme, data));
  }

  @Test
  void two_bytes_per_step_cut_exactly_as_one_in_runs_of_every_parity() {
    ChunkingScheme scheme = ChunkingScheme.parse("cdc:4k");
    for (int length = 0; length < 9_000; length += 37) {
      byte[] data = random(SEED + length, length);
      assertThat(lengths(scheme.chunker(), data))
          .as("length %d", length)
          .isEqualTo(referenceLengths(scheme, data));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:4k", "cdc:64k"})
  void every_chunk_but_the_last_is_within_bounds_and_the_mean_is_near(String text) {
    ChunkingScheme scheme = ChunkingScheme.parse(text);
    List<Integer> lengths = lengths(scheme.chunker(), random(SEED, 500 * scheme.averageBytes()));
    List<Integer> whole = lengths.subList(0, lengths.size() - 1);
    assertThat(whole)
        .allSatisfy(n -> assertThat(n).isBetween(scheme.minBytes(), scheme.maxBytes()));
    double mean = whole.stream().mapToInt(n -> n).average().orElseThrow();
    // Expected 1.15 x: e^-0.1875 of the chunks pass the average, and end a quarter later.
    assertThat(mean / scheme.averageBytes()).isBetween(1.05, 1.25);
    long atMost = whole.stream().filter(n -> n == scheme.maxBytes()).count();
    assertThat(atMost).as("chunks cut for their size alone").isLessThan(whole.size() / 100 + 1);
  }

  @Test
  void constant_bytes_are_cut_at_the_maximum() {
    ChunkingScheme scheme = ChunkingScheme.parse("cdc:4k");
    List<Integer> lengths = lengths(scheme.chunker(), new byte[40_000]);
    assertThat(lengths).containsExactly(16_384, 16_384, 7_232);
  }

  @Test
  void insertions_leave_more_than_90_percent_of_the_chunks_as_they_were() {
    ChunkingScheme scheme = ChunkingScheme.parse("cdc:16k");
    byte[] data = random(SEED, 8 << 20);
    Random random = new Random(SEED);
    byte[] changed = data;
    for (int i = 0; i < 10; i++) {
      changed = insert(changed, random.nextInt(changed.length), random(i, 1 + random.nextInt(99)));
    }
    Set<ByteBuffer> before = new HashSet<>(chunks(scheme.chunker(), data));
    List<ByteBuffer> after = chunks(scheme.chunker(), changed);
    long shared = after.stream().filter(before::contains).count();
    assertThat((double) shared / after.size()).isGreaterThan(0.9);
  }

  @Test
  void versions_of_a_stream_deduplicate_as_far_as_their_changes_allow() {
    // Four versions, each with 8 insertions in about 450 chunks: at best 4 x 450 / (450 + 3 x 8).
    ChunkingScheme scheme = ChunkingScheme.parse("cdc:16k");
    Random random = new Random(SEED);
    byte[] version = random(SEED, 8 << 20);
    long total = 0;
    long unique = 0;
    Set<ByteBuffer> seen = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      for (ByteBuffer chunk : chunks(scheme.chunker(), version)) {
        total += chunk.remaining();
        unique += seen.add(chunk) ? chunk.remaining() : 0;
      }
      for (int j = 0; j < 8; j++) {
        version = insert(version, random.nextInt(version.length), random(100 * i + j, 3));
      }
    }
    assertThat((double) total / unique).isBetween(3.4, 4.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:4k", "cdc:16k", "fixed:8k"})
  void cuts_do_not_depend_on_how_the_bytes_arrive(String text) {
    Chunker chunker = ChunkingScheme.parse(text).chunker();
    byte[] data = random(SEED, 700_001);
    List<Integer> whole = lengths(chunker, data);
    Random random = new Random(SEED);
    List<Integer> pieces = new ArrayList<>();
    int from = 0;
    int to = 0;
    int uncut = 0;
    while (from < data.length) {
      int n = chunker.next(data, from, to, uncut, to == data.length);
      if (n == 0) {
        assertThat(to - from).isLessThan(chunker.maxBytes());
        uncut = random.nextBoolean() ? to - from : 0;
        to = Math.min(data.length, to + 1 + random.nextInt(5_000));
      } else {
        pieces.add(n);
        from += n;
        uncut = 0;
      }
    }
    assertThat(pieces).isEqualTo(whole);
  }

  /** These cuts are part of the format of a store: a change here is a new chunking scheme. */
  @Test
  void cuts_of_a_seeded_stream_never_change() {
    byte[] data = random(1, 1 << 20);
    assertThat(lengths(ChunkingScheme.parse("cdc:64k").chunker(), data))
        .containsExactly(GOLDEN_64K);
    assertThat(GearTable.words()[0]).isEqualTo(GOLDEN_FIRST_WORD);
    assertThat(Arrays.hashCode(lengths(ChunkingScheme.parse("cdc:4k").chunker(), data).toArray()))
        .isEqualTo(GOLDEN_4K_HASH);
  }

  private static final Integer[] GOLDEN_64K = {
    72_481, 85_887, 86_035, 68_431, 90_132, 81_953, 52_693, 65_715, 24_254, 81_224, 71_207, 90_759,
    52_076, 74_547, 51_182
  };
  private static final long GOLDEN_FIRST_WORD = 4_184_314_649_679_989_944L;
  private static final int GOLDEN_4K_HASH = 1_161_909_225;

  @Test
  void fixed_chunks_are_equal_but_for_the_last() {
    assertThat(lengths(ChunkingScheme.parse("fixed:4k").chunker(), new byte[10_000]))
        .containsExactly(4_096, 4_096, 1_808);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:4k", "fixed:4k"})
  void nothing_is_no_chunk_and_bounds_are_checked(String text) {
    Chunker chunker = ChunkingScheme.parse(text).chunker();
    assertThat(chunker.next(new byte[10], 5, 5, true)).isZero();
    assertThat(chunker.next(new byte[10], 0, 10, false)).isZero();
    assertThat(chunker.next(new byte[10], 1, 10, true)).isEqualTo(9);
    assertThatThrownBy(() -> chunker.next(new byte[10], 5, 11, true))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 14, 16, 18, 20})
  void masks_leave_the_top_bit_free(int bits) {
    long strict = FastCdcChunker.mask(bits + 2, bits + 2);
    long loose = FastCdcChunker.mask(bits - 2, bits + 2);
    assertThat(Long.bitCount(strict)).isEqualTo(bits + 2);
    assertThat(Long.bitCount(loose)).isEqualTo(bits - 2);
    assertThat(strict).isPositive();
    assertThat(strict & loose).isEqualTo(loose);
  }

  /** Byte by byte, straight from the definition. */
  private static List<Integer> referenceLengths(ChunkingScheme scheme, byte[] data) {
    int bits = Integer.numberOfTrailingZeros(scheme.averageBytes());
    long strict = FastCdcChunker.mask(bits + 2, bits + 2);
    long loose = FastCdcChunker.mask(bits - 2, bits + 2);
    long[] gear = GearTable.words();
    List<Integer> lengths = new ArrayList<>();
    int start = 0;
    while (start < data.length) {
      int end = Math.min(data.length, start + scheme.maxBytes());
      long hash = 0;
      int at = start;
      while (at < end) {
        hash = (hash << 1) + gear[data[at++] & 0xff];
        int length = at - start;
        long mask = length <= scheme.averageBytes() ? strict : loose;
        if (length > scheme.minBytes() && (hash & mask) == 0) {
          break;
        }
      }
      lengths.add(at - start);
      start = at;
    }
    return lengths;
  }

  private static List<Integer> lengths(Chunker chunker, byte[] data) {
    return chunks(chunker, data).stream().map(ByteBuffer::remaining).toList();
  }

  private static List<ByteBuffer> chunks(Chunker chunker, byte[] data) {
    List<ByteBuffer> chunks = new ArrayList<>();
    for (int from = 0; from < data.length; ) {
      int n = chunker.next(data, from, data.length, true);
      chunks.add(ByteBuffer.wrap(data, from, n).slice());
      from += n;
    }
    return chunks;
  }

  private static byte[] insert(byte[] data, int at, byte[] what) {
    byte[] result = Arrays.copyOf(data, data.length + what.length);
    System.arraycopy(what, 0, result, at, what.length);
    System.arraycopy(data, at, result, at + what.length, data.length - at);
    return result;
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
