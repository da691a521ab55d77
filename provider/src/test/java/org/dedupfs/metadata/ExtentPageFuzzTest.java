package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Any bytes as packed extents: damage, or a page that joins and packs to what means the same. */
class ExtentPageFuzzTest {
  private static final InodeNumber INODE = new InodeNumber(12);

  @FuzzTest(maxDuration = "60s")
  void any_page_is_damage_or_joins(byte[] input) {
    takes(0, input);
    if (input.length > 8) {
      takes(ByteBuffer.wrap(input).getLong(), Arrays.copyOfRange(input, 8, input.length));
    }
  }

  private static void takes(long offset, byte[] packed) {
    ExtentPage page;
    try {
      page = ExtentPageCodec.decode(INODE, offset, packed);
    } catch (MetadataDamagedException e) {
      return;
    }
    assertThat(page.count()).isBetween(1, Math.min(packed.length, ExtentPage.MOST_EXTENTS));
    assertThat(page.offsetBytes()).isEqualTo(offset);
    long at = offset;
    for (Extent extent : page.extents()) {
      assertThat(extent.offsetBytes()).isEqualTo(at);
      assertThat(extent.lengthBytes()).isPositive();
      assertThat(extent.skipBytes()).isNotNegative();
      assertThat(extent.blockId()).isGreaterThanOrEqualTo(Extent.DAMAGED);
      assertThat(page.extent(page.indexAt(at))).isEqualTo(extent);
      at = extent.endBytes();
    }
    assertThat(at).isEqualTo(page.endBytes());
    assertThat(page.dataBytes(offset, at)).isBetween(0L, at - offset);
    byte[] again = ExtentPageCodec.encode(page);
    try {
      assertThat(ExtentPageCodec.decode(INODE, offset, again)).isEqualTo(page);
    } catch (MetadataDamagedException e) {
      throw new AssertionError(e);
    }
  }
}
