package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.junit.jupiter.api.Test;

/** One test for each thing that can be wrong with contents, blocks and numbers. */
class CheckContentTest extends AbstractCheckTest {
  private List<Extent> extents() throws IOException {
    List<Extent> extents = store.extents(file);
    assertThat(extents).hasSizeGreaterThan(3);
    return extents;
  }

  private void putPages(List<Extent> extents) throws IOException {
    store.change(
        batch -> {
          batch.delete(RowKey.extents(file, 0));
          extents.forEach(extent -> batch.put(ExtentPage.of(file, List.of(extent))));
        });
  }

  @Test
  void a_gap_in_a_file() throws IOException {
    List<Extent> extents = extents();
    Extent missing = extents.remove(1);
    putPages(extents);
    StoreFinding found = only(Kind.EXTENT_GAP);
    assertThat(found.paths()).containsExactlyInAnyOrder("/d/f", "/h");
    assertThat(found.offsetBytes()).isEqualTo(missing.offsetBytes());
    assertThat(found.lengthBytes()).isEqualTo(missing.lengthBytes());
  }

  @Test
  void an_overlap_in_a_file() throws IOException {
    List<Extent> extents = extents();
    Extent first = extents.get(0);
    Extent second = extents.get(1);
    extents.set(1, Extent.hole(second.offsetBytes() - 5, second.lengthBytes() + 5));
    putPages(extents);
    StoreFinding found = only(Kind.EXTENT_OVERLAP);
    assertThat(found.offsetBytes()).isEqualTo(first.endBytes() - 5);
    assertThat(found.lengthBytes()).isEqualTo(5);
  }

  @Test
  void contents_that_do_not_end_where_the_file_does() throws IOException {
    List<Extent> extents = extents();
    Extent last = extents.remove(extents.size() - 1);
    putPages(extents);
    StoreFinding found = only(Kind.EXTENT_END);
    assertThat(found.offsetBytes()).isEqualTo(last.offsetBytes());
    assertThat(found.lengthBytes()).isEqualTo(last.lengthBytes());
    extents.add(last);
    extents.add(Extent.hole(last.endBytes(), 10));
    putPages(extents);
    assertThat(only(Kind.EXTENT_END).lengthBytes()).isZero();
  }

  @Test
  void a_wrong_count_of_bytes_that_are_no_holes() throws IOException {
    Inode row = store.inode(file);
    store.change(batch -> batch.put(row.toBuilder().allocatedBytes(5).build()));
    assertThat(kinds()).containsExactlyInAnyOrder(Kind.ALLOCATED, Kind.TOTAL);
  }

  private Extent replaceFirst(java.util.function.UnaryOperator<Extent> replacement)
      throws IOException {
    List<Extent> extents = extents();
    Extent first = extents.get(0);
    extents.set(0, replacement.apply(first));
    putPages(extents);
    return first;
  }

  private void assertFirstRange(StoreFinding found, Extent first) {
    assertThat(found.paths()).containsExactlyInAnyOrder("/d/f", "/h");
    assertThat(found.offsetBytes()).isZero();
    assertThat(found.lengthBytes()).isEqualTo(first.lengthBytes());
  }

  @Test
  void a_block_that_is_missing() throws IOException {
    Extent first =
        replaceFirst(e -> new Extent(0, e.lengthBytes(), 60_000, e.skipBytes(), e.check()));
    StoreFinding found = only(Kind.BLOCK_MISSING);
    assertFirstRange(found, first);
    assertThat(found.block()).isEqualTo(60_000);
  }

  @Test
  void a_block_that_is_another_one() throws IOException {
    assertFirstRange(
        onlyAfter(
            Kind.BLOCK_OTHER, e -> new Extent(0, e.lengthBytes(), e.blockId(), 0, e.check() ^ 1)),
        extents().get(0));
    assertFirstRange(
        onlyAfter(
            Kind.BLOCK_OTHER,
            e -> new Extent(0, e.lengthBytes(), e.blockId(), 1 << 20, e.check() ^ 1)),
        extents().get(0));
  }

  private StoreFinding onlyAfter(Kind kind, java.util.function.UnaryOperator<Extent> replacement)
      throws IOException {
    replaceFirst(replacement);
    return only(kind);
  }

  @Test
  void a_range_that_was_found_lost_before() throws IOException {
    Extent first = replaceFirst(e -> new Extent(0, e.lengthBytes(), Extent.DAMAGED, 0, 0));
    assertFirstRange(only(Kind.RANGE_LOST), first);
  }

  @Test
  void wrong_totals() throws IOException {
    store.sqlProperty(Counter.FILES.key(), "77");
    assertThat(only(Kind.TOTAL).text()).contains("FILES", "77");
  }

  @Test
  void numbers_that_would_be_given_away_again() throws IOException {
    store.sqlProperty(RowKey.property(Property.BLOCK_LEASE), "2");
    assertThat(only(Kind.NUMBER_REUSE).text()).contains("blockLease");
  }

  @Test
  void an_index_that_does_not_find_a_block() throws IOException {
    store.rocks(rocks -> rocks.deleteFirst("index"));
    assertThat(only(Kind.NOT_INDEXED).block()).isPositive();
  }

  @Test
  void an_index_entry_of_another_block() throws IOException {
    store.rocks(rocks -> rocks.put("index", new byte[32], new byte[] {0, 0, 0, 0, 0, 0, 0, 1}));
    assertThat(only(Kind.STALE_INDEX).block()).isEqualTo(1);
  }

  @Test
  void wrong_counters_of_blocks() throws IOException {
    store.rocks(
        rocks ->
            rocks.put("fingerprints", new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}, new byte[24]));
    only(Kind.BLOCK_COUNTERS);
  }

  @Test
  void a_block_without_a_fingerprint_is_still_read() throws IOException {
    store.rocks(rocks -> rocks.deleteFirst("fingerprints"));
    assertThat(kinds())
        .containsExactlyInAnyOrder(Kind.BLOCK_COUNTERS, Kind.STALE_INDEX, Kind.NOT_INDEXED);
  }

  @Test
  void a_damaged_file_of_the_index() throws IOException {
    store.flipInTable("index");
    assertThat(kinds()).contains(Kind.BLOCK_FILE);
  }

  @Test
  void a_truncated_file_of_blocks() throws IOException {
    store.truncateTable("blocks");
    assertThat(kinds()).contains(Kind.BLOCK_FILE);
  }
}
