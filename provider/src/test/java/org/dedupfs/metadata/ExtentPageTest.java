package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentPageTest {
  private static final InodeNumber INODE = new InodeNumber(5);

  private static ExtentPage throughBytes(ExtentPage page) throws MetadataDamagedException {
    return ExtentPageCodec.decode(page.inode(), page.offsetBytes(), ExtentPageCodec.encode(page));
  }

  @Test
  void extents_come_back_from_the_packed_form() throws Exception {
    Random random = new Random(Seeds.next());
    for (int count : new int[] {1, 2, 3, 100, 1024, 5000}) {
      List<Extent> extents = Rows.extents(random, random.nextInt(1000), count);
      ExtentPage page = ExtentPage.of(INODE, extents);
      assertThat(page.extents()).isEqualTo(extents);
      assertThat(throughBytes(page)).isEqualTo(page);
      assertThat(throughBytes(page).extents()).isEqualTo(extents);
      assertThat(page.endBytes()).isEqualTo(extents.get(count - 1).endBytes());
    }
  }

  @Test
  void extreme_values_come_back() throws Exception {
    long far = Long.MAX_VALUE;
    List<Extent> extents =
        List.of(
            new Extent(0, Integer.MAX_VALUE, far, 0, -1),
            new Extent(Integer.MAX_VALUE, 1, 1, Integer.MAX_VALUE - 1, Integer.MIN_VALUE),
            Extent.hole(1L << 31, far - (1L << 31)));
    ExtentPage page = ExtentPage.of(INODE, extents);
    assertThat(page.endBytes()).isEqualTo(far);
    assertThat(throughBytes(page).extents()).isEqualTo(extents);
    ExtentPage hole = ExtentPage.of(INODE, List.of(Extent.hole(0, far)));
    assertThat(throughBytes(hole).extents()).containsExactly(Extent.hole(0, far));
    ExtentPage damaged = ExtentPage.of(INODE, List.of(new Extent(3, 1, Extent.DAMAGED, 0, 0)));
    assertThat(throughBytes(damaged)).isEqualTo(damaged);
  }

  @Test
  void ids_at_the_edge_of_32_bits_come_back() throws Exception {
    for (long span : new long[] {0x7FFF_FFFDL, 0x7FFF_FFFEL, 0x7FFF_FFFFL, 0x8000_0000L}) {
      List<Extent> extents =
          List.of(new Extent(0, 10, 9, 0, 1), new Extent(10, 10, 9 + span, 0, 1));
      assertThat(throughBytes(ExtentPage.of(INODE, extents)).extents()).isEqualTo(extents);
    }
    for (long start : new long[] {0x7FFF_FFFEL, 0x7FFF_FFFFL, 0x8000_0000L, 0x8000_0001L}) {
      List<Extent> extents = List.of(Extent.hole(7, start), new Extent(7 + start, 9, 1, 0, 0));
      ExtentPage page = ExtentPage.of(INODE, extents);
      assertThat(page.extents()).isEqualTo(extents);
      assertThat(page.indexAt(7 + start - 1)).isZero();
      assertThat(page.indexAt(7 + start)).isOne();
    }
  }

  @Test
  void an_ordinary_chunk_takes_at_most_13_bytes_packed_and_held() {
    Random random = new Random(1);
    List<Extent> stored = new ArrayList<>();
    List<Extent> duplicates = new ArrayList<>();
    long at = 0;
    for (int i = 0; i < 1024; i++) {
      int length = 16_384 + random.nextInt(245_760);
      int check = random.nextInt();
      stored.add(new Extent(at, length, 1_000_000_000L + i, 0, check));
      duplicates.add(new Extent(at, length, 1 + random.nextInt(1_000_000_000), 0, check));
      at += length;
    }
    ExtentPage storedPage = ExtentPage.of(INODE, stored);
    ExtentPage duplicatePage = ExtentPage.of(INODE, duplicates);
    assertThat(ExtentPageCodec.encode(storedPage).length).isLessThan(1024 * 9);
    assertThat(ExtentPageCodec.encode(duplicatePage).length).isLessThan(1024 * 13);
    assertThat(duplicatePage.weightBytes()).isLessThan(1024 * 13);
  }

  @Test
  void the_extent_at_an_offset_is_found() {
    ExtentPage page = ExtentPage.of(INODE, Rows.extents(new Random(3), 77, 300));
    for (int i = 0; i < page.count(); i++) {
      Extent extent = page.extent(i);
      assertThat(page.indexAt(extent.offsetBytes())).isEqualTo(i);
      assertThat(page.indexAt(extent.endBytes() - 1)).isEqualTo(i);
    }
    assertThatThrownBy(() -> page.indexAt(76)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> page.indexAt(page.endBytes()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void extents_that_continue_each_other_become_one() {
    List<Extent> extents =
        List.of(
            Extent.hole(0, 10),
            Extent.hole(10, 5),
            new Extent(15, 5, 3, 0, 9),
            new Extent(20, 5, 3, 5, 9),
            new Extent(25, 5, 3, 11, 9));
    assertThat(ExtentPage.of(INODE, extents).extents())
        .containsExactly(
            Extent.hole(0, 15), new Extent(15, 10, 3, 0, 9), new Extent(25, 5, 3, 11, 9));
  }

  @Test
  void malformed_extents_are_refused() {
    for (Extent bad :
        List.of(
            Extent.hole(0, 0),
            Extent.hole(-1, 5),
            Extent.hole(1, Long.MAX_VALUE),
            new Extent(0, 1, -2, 0, 0),
            new Extent(0, 1, 0, 1, 0),
            new Extent(0, 1, 0, 0, 1),
            new Extent(0, 1, 5, -1, 0),
            new Extent(0, Integer.MAX_VALUE, 5, 1, 0))) {
      assertThatThrownBy(() -> ExtentPage.of(INODE, List.of(bad)))
          .as("%s", bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ExtentPage.of(INODE, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ExtentPage.of(INODE, List.of(Extent.hole(0, 1), Extent.hole(2, 1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void any_bytes_are_decoded_or_refused_without_harm() {
    Random random = new Random(Seeds.next());
    byte[] good = ExtentPageCodec.encode(Rows.page(5, 0, 200));
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes;
      if (i % 3 == 0) {
        bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        if (bytes.length > 0) {
          bytes[0] = 1;
        }
      } else if (i % 3 == 1) {
        bytes = Arrays.copyOf(good, random.nextInt(good.length));
      } else {
        bytes = good.clone();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        ExtentPage page = ExtentPageCodec.decode(INODE, 0, bytes);
        assertThat(page.count()).isBetween(1, bytes.length);
      } catch (MetadataDamagedException e) {
        assertThat(e).hasMessageContaining("inode 5");
      }
    }
  }

  @Test
  void a_huge_count_needs_no_memory() {
    byte[] bytes = {1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7, 2, 2};
    assertThatThrownBy(() -> ExtentPageCodec.decode(INODE, 0, bytes))
        .isInstanceOf(MetadataDamagedException.class);
  }
}
