package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockFormatTest {
  private static final long SEED = Long.getLong("seed", 12L);
  private static final BlockId ID = new BlockId(1);
  private static final HashAlgorithm SHA_256 = HashAlgorithm.of("SHA-256");

  private static BlockFormat format(String compression) {
    return new BlockFormat(SHA_256, Compression.parse(compression));
  }

  private static byte[] record(BlockFormat format, byte[] raw) {
    ByteBuffer buffer = ByteBuffer.wrap(raw);
    return format.encode(SHA_256.hash(buffer), buffer).record();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd:1", "lz4", "deflate:6"})
  void what_hardly_compresses_is_stored_as_it_is(String compression) throws Exception {
    try (BlockFormat format = format(compression)) {
      byte[] random = Blocks.random(1, 50_000);
      assertThat(record(format, random)).hasSize(39 + 50_000);
      byte[] hardly = Blocks.random(1, 50_000);
      Arrays.fill(hardly, 0, 2_000, (byte) 7); // saves 2,000 of 50,000, less than 1/16
      assertThat(record(format, hardly)).hasSize(39 + 50_000);
      byte[] well = Blocks.random(1, 50_000);
      Arrays.fill(well, 0, 6_000, (byte) 7);
      byte[] record = record(format, well);
      assertThat(record.length).isLessThan(46_500);
      assertThat(format.decode(ID, record, SHA_256.hash(ByteBuffer.wrap(well)).check(), true))
          .isEqualTo(well);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd:1", "lz4", "deflate:6"})
  void what_compresses_is_compressed_after_much_that_did_not(String compression) {
    byte[] text = Blocks.text(3, 64 << 10);
    byte[] small = Blocks.text(4, 5_000);
    int expected;
    int expectedSmall;
    try (BlockFormat format = format(compression)) {
      expected = record(format, text).length;
      expectedSmall = record(format, small).length;
    }
    try (BlockFormat format = format(compression)) {
      for (int i = 0; i < 100; i++) {
        assertThat(record(format, Blocks.random(i, 64 << 10))).hasSize(39 + (64 << 10));
        if (i % 7 == 0) {
          assertThat(record(format, text)).hasSize(expected);
          assertThat(record(format, small)).hasSize(expectedSmall);
        }
      }
      for (int i = 0; i < 100; i++) {
        record(format, Blocks.random(i, 64 << 10));
      }
      assertThat(record(format, small)).hasSize(expectedSmall);
      assertThat(record(format, text)).hasSize(expected);
    }
  }

  /** A sample cannot show it, therefore the whole is tried now and then. */
  @Test
  void blocks_that_only_repeat_themselves_from_afar_are_found_to_shrink() {
    byte[] repeating = new byte[64 << 10];
    byte[] part = Blocks.random(1, 16 << 10);
    for (int at = 0; at < repeating.length; at += part.length) {
      System.arraycopy(part, 0, repeating, at, part.length);
    }
    try (BlockFormat format = format("zstd:1")) {
      for (int i = 0; i < 100; i++) {
        record(format, Blocks.random(i, 64 << 10));
      }
      int plain = 0;
      while (record(format, repeating).length > repeating.length) {
        plain++;
      }
      assertThat(plain).isBetween(1, TrialCompression.WHOLE_EVERY - 1); // samples were believed
      for (int i = 0; i < 100; i++) {
        assertThat(record(format, repeating).length).isLessThan(20 << 10);
      }
    }
  }

  /** The header of format 1: a change here is a new format. */
  @Test
  void the_header_never_changes() {
    try (BlockFormat format = format("none")) {
      byte[] record = record(format, new byte[] {1, 2, 3});
      assertThat(HexFormat.of().formatHex(record))
          .isEqualTo(
              "0100"
                  + "00000003"
                  + "20"
                  + "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81"
                  + "010203");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd:1", "lz4", "deflate:6"})
  void a_flipped_bit_anywhere_is_damage(String compression) throws Exception {
    Random random = new Random(SEED);
    byte[] raw = Blocks.text(3, 5_000);
    int check = SHA_256.hash(ByteBuffer.wrap(raw)).check();
    try (BlockFormat format = format(compression)) {
      byte[] record = record(format, raw);
      for (int i = 0; i < 2_000; i++) {
        byte[] flipped = record.clone();
        flipped[i < 60 ? i : random.nextInt(record.length)] ^= (byte) (1 << random.nextInt(8));
        try {
          // Some bits of a compressed payload mean nothing: then the bytes must be right.
          assertThat(format.decode(ID, flipped, check, true)).isEqualTo(raw);
        } catch (BlockDamagedException e) {
          assertThat(e.block()).isEqualTo(ID);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd:1", "lz4", "deflate:6"})
  void a_record_cut_off_or_too_long_is_damage_even_without_verification(String compression) {
    byte[] raw = Blocks.text(3, 5_000);
    int check = SHA_256.hash(ByteBuffer.wrap(raw)).check();
    try (BlockFormat format = format(compression)) {
      byte[] record = record(format, raw);
      for (int length : new int[] {0, 1, 6, 7, 38, 39, 40, record.length / 2, record.length - 1}) {
        assertThatThrownBy(() -> format.decode(ID, Arrays.copyOf(record, length), check, false))
            .as("%d bytes", length)
            .isInstanceOf(BlockDamagedException.class);
      }
      assertThatThrownBy(
              () -> format.decode(ID, Arrays.copyOf(record, record.length + 9), check, false))
          .isInstanceOf(BlockDamagedException.class);
    }
  }

  @Test
  void a_claimed_length_is_checked_before_memory_is_taken() {
    try (BlockFormat format = format("zstd:1")) {
      byte[] raw = Blocks.text(3, 5_000);
      for (int claim : new int[] {-1, Integer.MAX_VALUE, BlockStore.MAX_BLOCK_BYTES + 1, 4_999}) {
        byte[] record = record(format, raw);
        ByteBuffer.wrap(record).putInt(2, claim);
        assertThatThrownBy(
                () -> format.decode(ID, record, SHA_256.hash(ByteBuffer.wrap(raw)).check(), false))
            .isInstanceOf(BlockDamagedException.class);
      }
    }
  }

  @Test
  void any_digest_of_256_bits_or_more_serves() throws Exception {
    for (String name : new String[] {"SHA-256", "SHA-512", "SHA-512/256", "SHA3-256", "SHA-384"}) {
      HashAlgorithm algorithm = HashAlgorithm.of(name);
      try (BlockFormat format = new BlockFormat(algorithm, Compression.DEFAULT)) {
        byte[] raw = Blocks.text(1, 1_000);
        BlockHash hash = algorithm.hash(ByteBuffer.wrap(raw));
        byte[] record = format.encode(hash, ByteBuffer.wrap(raw)).record();
        assertThat(format.decode(ID, record, hash.check(), true)).isEqualTo(raw);
        assertThat(hash.toBytes()).hasSize(algorithm.digestBytes());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5", "SHA-1", "SHA-224", "SHA-9000", ""})
  void a_digest_that_is_short_or_unknown_is_refused_and_others_are_named(String name) {
    assertThatThrownBy(() -> BlockStoreOptions.DEFAULT.withHash(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SHA-256")
        .hasMessageContaining("SHA3-512");
  }
}
