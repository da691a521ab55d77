package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExtentMapTest {
  private static final InodeNumber INODE = new InodeNumber(5);

  private LiveMetadata live;
  private final InMemoryMetadataStore store = new InMemoryMetadataStore();

  @BeforeEach
  void open() throws IOException {
    live = new LiveMetadata(store, 1 << 20);
  }

  @FunctionalInterface
  private interface Edit {
    long in(Change change) throws IOException;
  }

  private long change(Edit edit) throws IOException {
    try (Change change = live.begin()) {
      long result = edit.in(change);
      change.publish();
      return result;
    }
  }

  private void commit() throws IOException {
    FrozenChanges frozen;
    try (Change change = live.begin()) {
      frozen = change.publishAndFreeze();
    }
    live.commit(frozen);
  }

  private List<ExtentPage> pages(InodeNumber inode) throws IOException {
    return live.range(
        RowKey.extents(inode, 0), RowKey.extents(inode, Long.MAX_VALUE), Integer.MAX_VALUE);
  }

  private List<Extent> all(InodeNumber inode) throws IOException {
    return ExtentMap.read(live, inode, 0, Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  @Test
  void a_file_without_extents_reads_as_nothing() throws IOException {
    assertThat(all(INODE)).isEmpty();
    assertThat(ExtentMap.read(live, INODE, 10, 20, 1)).isEmpty();
  }

  @Test
  void extents_are_split_over_pages_of_about_1024() throws IOException {
    List<Extent> extents = Rows.extents(new Random(1), 0, 10_000);
    change(c -> ExtentMap.replace(c, INODE, 0, 0, extents));
    assertThat(all(INODE)).isEqualTo(extents);
    assertThat(pages(INODE)).hasSize(10);
    assertThat(pages(INODE)).allSatisfy(page -> assertThat(page.count()).isEqualTo(1000));
  }

  @Test
  void a_replacement_in_the_middle_touches_one_or_two_pages() throws IOException {
    List<Extent> extents = Rows.extents(new Random(1), 0, 10_000);
    long end = extents.get(9999).endBytes();
    change(c -> ExtentMap.replace(c, INODE, 0, 0, extents));
    List<ExtentPage> before = pages(INODE);
    long from = before.get(4).endBytes() - 1000;
    change(c -> ExtentMap.replace(c, INODE, end, from, List.of(new Extent(from, 1500, 9, 0, 1))));
    List<ExtentPage> after = pages(INODE);
    assertThat(after).containsAll(before.subList(0, 4)).containsAll(before.subList(6, 10));
    assertThat(after).hasSizeBetween(9, 10);
  }

  @Test
  void reads_honour_the_limit_and_return_whole_extents() throws IOException {
    List<Extent> extents = Rows.extents(new Random(1), 0, 3000);
    change(c -> ExtentMap.replace(c, INODE, 0, 0, extents));
    long from = extents.get(1490).offsetBytes() + extents.get(1490).lengthBytes() / 2;
    assertThat(ExtentMap.read(live, INODE, from, Long.MAX_VALUE, 20))
        .isEqualTo(extents.subList(1490, 1510));
    long to = extents.get(1495).offsetBytes() + 1;
    assertThat(ExtentMap.read(live, INODE, from, to, 20)).isEqualTo(extents.subList(1490, 1496));
  }

  @Test
  void copies_share_everything() throws IOException {
    List<Extent> extents = Rows.extents(new Random(1), 0, 40_000);
    change(c -> ExtentMap.replace(c, INODE, 0, 0, extents));
    InodeNumber target = new InodeNumber(99);
    long end = extents.get(extents.size() - 1).endBytes();
    change(
        c -> {
          ExtentMap.copy(c, INODE, end, target);
          return 0;
        });
    assertThat(all(target)).isEqualTo(extents);
    assertThat(all(INODE)).isEqualTo(extents);
  }

  @Test
  void pages_are_deleted_from_the_end_bit_by_bit() throws IOException {
    List<Extent> extents = Rows.extents(new Random(1), 0, 10_000);
    change(c -> ExtentMap.replace(c, INODE, 0, 0, extents));
    commit();
    long end = change(c -> ExtentMap.deleteLastPages(c, INODE, 3));
    assertThat(pages(INODE)).hasSize(7);
    assertThat(pages(INODE).get(6).endBytes()).isEqualTo(end);
    assertThat(change(c -> ExtentMap.deleteLastPages(c, INODE, 6))).isPositive();
    assertThat(change(c -> ExtentMap.deleteLastPages(c, INODE, 6))).isZero();
    assertThat(pages(INODE)).isEmpty();
    assertThat(change(c -> ExtentMap.deleteLastPages(c, INODE, 6))).isZero();
  }

  @Test
  void a_gap_is_damage_never_zeros() throws IOException {
    change(c -> ExtentMap.replace(c, INODE, 0, 0, Rows.extents(new Random(1), 0, 3000)));
    List<ExtentPage> pages = pages(INODE);
    long end = pages.get(2).endBytes();
    change(
        c -> {
          c.delete(pages.get(1).key());
          return 0;
        });
    long gap = pages.get(1).offsetBytes();
    assertDamaged(() -> all(INODE));
    assertDamaged(() -> ExtentMap.read(live, INODE, gap, gap + 1, 1).size());
    assertDamaged(() -> change(c -> ExtentMap.setEnd(c, INODE, end, 0)));
    assertDamaged(
        () ->
            change(
                c -> ExtentMap.replace(c, INODE, end, gap + 5, List.of(Extent.hole(gap + 5, 1)))));
    change(
        c -> {
          c.delete(pages.get(0).key());
          return 0;
        });
    assertDamaged(() -> ExtentMap.read(live, INODE, 0, end, 1));
  }

  @Test
  void an_overlap_is_damage() throws IOException {
    ExtentPage one = ExtentPage.of(INODE, List.of(Extent.hole(0, 100)));
    ExtentPage two = ExtentPage.of(INODE, List.of(Extent.hole(50, 100)));
    change(
        c -> {
          c.put(one);
          c.put(two);
          return 0;
        });
    assertDamaged(() -> all(INODE));
    assertDamaged(
        () ->
            change(
                c -> {
                  ExtentMap.copy(c, INODE, 150, new InodeNumber(6));
                  return 0;
                }));
  }

  @Test
  void a_wrong_end_is_damage() throws IOException {
    change(c -> ExtentMap.replace(c, INODE, 0, 0, List.of(Extent.hole(0, 100))));
    assertDamaged(() -> change(c -> ExtentMap.setEnd(c, INODE, 90, 0)));
    assertDamaged(() -> change(c -> ExtentMap.setEnd(c, INODE, 110, 200)));
  }

  private static void assertDamaged(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(MetadataDamagedException.class)
        .hasMessageContaining("inode 5");
  }

  @Test
  void extents_that_do_not_fit_are_refused() throws IOException {
    assertThatThrownBy(
            () -> change(c -> ExtentMap.replace(c, INODE, 0, 5, List.of(Extent.hole(5, 1)))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> change(c -> ExtentMap.replace(c, INODE, 0, 0, List.of(Extent.hole(5, 1)))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(change(c -> ExtentMap.replace(c, INODE, 0, 0, List.of()))).isZero();
  }

  @Test
  void random_edits_agree_with_a_plain_list() throws IOException {
    Random random = new Random(Seeds.next());
    for (int round = 0; round < 4; round++) {
      ExtentListModel model = new ExtentListModel();
      InodeNumber inode = new InodeNumber(100 + round);
      int most = round == 0 ? 20 : 3000;
      for (int i = 0; i < 150; i++) {
        long grown;
        long expected;
        long end = model.endBytes();
        if (random.nextInt(5) == 0) {
          long newEnd = (long) (end * random.nextDouble() * 1.3);
          grown = change(c -> ExtentMap.setEnd(c, inode, end, newEnd));
          expected = model.setEnd(newEnd);
        } else {
          long from = random.nextInt(4) == 0 ? end : (long) (random.nextDouble() * (end + 1));
          List<Extent> extents = Rows.extents(random, from, 1 + random.nextInt(most));
          grown = change(c -> ExtentMap.replace(c, inode, end, from, extents));
          expected = model.replace(from, extents);
        }
        assertThat(grown).isEqualTo(expected);
        if (random.nextInt(10) == 0) {
          commit();
        }
        long from = (long) (random.nextDouble() * (model.endBytes() + 10));
        long to = from + random.nextInt(3_000_000);
        assertThat(ExtentMap.read(live, inode, from, to, 50)).isEqualTo(model.read(from, to, 50));
      }
      assertThat(all(inode)).isEqualTo(model.read(0, Long.MAX_VALUE, Integer.MAX_VALUE));
      List<ExtentPage> pages = pages(inode);
      assertThat(pages).allSatisfy(page -> assertThat(page.count()).isLessThanOrEqualTo(2048));
      assertThat(new ArrayList<>(pages).size()).isLessThanOrEqualTo(2 + model.count() / 128);
    }
  }
}
