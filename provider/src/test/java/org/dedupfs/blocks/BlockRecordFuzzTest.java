package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Any bytes as a stored record: damage, or bytes that have the hash in it. */
class BlockRecordFuzzTest {
  private static final BlockId ID = new BlockId(7);
  private static final HashAlgorithm SHA = HashAlgorithm.of("SHA-256");
  private static final List<BlockFormat> FORMATS =
      List.of("none", "lz4", "zstd:1", "deflate:1").stream()
          .map(text -> new BlockFormat(SHA, Compression.parse(text)))
          .toList();

  @FuzzTest(maxDuration = "90s")
  void any_record_is_damage_or_what_its_hash_says(byte[] input) throws BlockDamagedException {
    takes(input);
    if (input.length < 6) {
      return;
    }
    // A header that is sound, with a codec and a length as they come, before any payload.
    byte[] payload = Arrays.copyOfRange(input, 5, input.length);
    int claimed = ByteBuffer.wrap(input, 1, 4).getInt();
    takes(record(input[0], claimed, payload));
    takes(record(input[0], claimed & 0xFFFF, payload));
    for (BlockFormat format : FORMATS) {
      BlockHash hash = SHA.hash(ByteBuffer.wrap(payload));
      byte[] record = format.encode(hash, ByteBuffer.wrap(payload)).record();
      assertThat(format.decode(ID, record, hash.check(), true)).isEqualTo(payload);
      // One byte of it changed.
      int at = Math.floorMod(claimed, record.length);
      record[at] ^= (byte) (input[0] | 1);
      takes(record);
    }
  }

  private static byte[] record(byte codec, int rawBytes, byte[] payload) {
    byte[] hash = SHA.hash(ByteBuffer.wrap(payload)).bytes();
    return ByteBuffer.allocate(7 + hash.length + payload.length)
        .put(BlockHeader.FORMAT)
        .put(codec)
        .putInt(rawBytes)
        .put((byte) hash.length)
        .put(hash)
        .put(payload)
        .array();
  }

  private static void takes(byte[] record) {
    BlockFormat format = FORMATS.get(0);
    try {
      BlockHeader header = format.verify(ID, record);
      byte[] raw = format.decode(ID, record, header.hash().check(), true);
      assertThat(SHA.hash(ByteBuffer.wrap(raw))).isEqualTo(header.hash());
    } catch (BlockDamagedException e) {
      assertThat(e.block()).isEqualTo(ID);
    }
    try {
      BlockHeader header = BlockHeader.read(ID, record);
      byte[] raw = format.decode(ID, record, header.hash().check(), false);
      assertThat(raw).hasSize(header.rawBytes());
      // Nothing makes so much of so little.
      assertThat((long) raw.length).isLessThanOrEqualTo((long) record.length << 16);
    } catch (BlockDamagedException e) {
      assertThat(e.block()).isEqualTo(ID);
    }
  }
}
