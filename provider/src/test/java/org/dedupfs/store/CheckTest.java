package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.CheckSummary;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.Orphan;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Symlink;
import org.dedupfs.metadata.Xattr;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.Tree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One test for each thing that a check can find in a store; each damages a sound one. */
class CheckTest {
  private static final NewFile DIRECTORY = new NewFile(FileType.DIRECTORY, 0755, 0, 0, 0);

  @TempDir Path temp;
  private DamagedStore store;
  private InodeNumber directory;
  private InodeNumber file;
  private InodeNumber link;

  @BeforeEach
  void fill() throws IOException {
    store = new DamagedStore(temp.resolve("store"));
    try (Store open = StoreFixture.create(store.directory())) {
      Tree tree = open.tree();
      directory = tree.makeDirectory(InodeNumber.ROOT, FileName.of("d"), DIRECTORY).number();
      tree.makeDirectory(directory, FileName.of("e"), DIRECTORY);
      write(tree, "/d/f", random(1, 700_000));
      write(tree, "/g", random(2, 300_000));
      file = tree.lookup(InodeNumber.ROOT, bytes("/d/f"), true).inode().number();
      tree.link(file, InodeNumber.ROOT, FileName.of("h"));
      NewFile symlink = new NewFile(FileType.SYMLINK, 0777, 0, 0, 0);
      link = tree.makeSymlink(directory, FileName.of("l"), bytes("target"), symlink).number();
      tree.setXattr(file, bytes("user.x"), bytes("value"), false, false);
    }
  }

  private StoreFinding only(Kind kind) throws IOException {
    List<StoreFinding> found = store.check();
    assertThat(found).extracting(StoreFinding::kind).containsOnly(kind);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private List<Kind> kinds() throws IOException {
    return store.check().stream().map(StoreFinding::kind).distinct().toList();
  }

  @Test
  void a_sound_store_has_nothing_and_everything_is_counted() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      CheckSummary summary = open.check(new DamagedStore.Heard());
      assertThat(summary.findings()).isZero();
      assertThat(summary.inodes()).isEqualTo(6);
      assertThat(summary.names()).isEqualTo(6);
      assertThat(summary.blocks()).isEqualTo(open.statistics().blocks());
      assertThat(summary.extents()).isEqualTo(summary.blocks());
    }
  }

  @Test
  void a_new_store_has_nothing() throws IOException {
    Path empty = temp.resolve("empty");
    try (Store open = StoreFixture.create(empty)) {
      DamagedStore.Heard heard = new DamagedStore.Heard();
      assertThat(open.check(heard).inodes()).isOne();
      assertThat(heard.findings).isEmpty();
    }
    assertThat(new DamagedStore(empty).check()).isEmpty();
  }

  @Test
  void a_check_reads_what_was_written_before_it_and_the_store_stays_in_use() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      write(open.tree(), "/new", random(9, 200_000));
      DamagedStore.Heard heard =
          new DamagedStore.Heard() {
            @Override
            public void progress(Phase phase, long done, long total) {
              try {
                write(open.tree(), "/meanwhile", random(10, 5_000));
                open.syncAll();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            }
          };
      assertThat(open.check(heard).inodes()).isEqualTo(7);
      assertThat(heard.findings).isEmpty();
      assertThat(open.check(new DamagedStore.Heard()).inodes()).isEqualTo(8);
    }
  }

  @Test
  void a_check_can_be_stopped() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      MaintenanceListener stopping =
          new DamagedStore.Heard() {
            @Override
            public void progress(Phase phase, long done, long total) throws InterruptedException {
              throw new InterruptedException();
            }
          };
      assertThatThrownBy(() -> open.check(stopping)).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void a_flipped_column_of_a_row() throws IOException {
    store.sql("UPDATE xattr SET value = x'00' WHERE inode = " + file.value());
    assertThat(only(Kind.METADATA_ROW).text()).contains("xattr", "checksum");
  }

  @Test
  void a_damaged_inode_is_told_with_the_names_that_stand_for_it() throws IOException {
    store.sql("UPDATE inode SET mode = mode + 1 WHERE number = " + file.value());
    List<StoreFinding> found = store.check();
    assertThat(found)
        .extracting(StoreFinding::kind)
        .contains(Kind.METADATA_ROW, Kind.NAME_OF_NOTHING, Kind.OWNERLESS);
    assertThat(found).flatExtracting(StoreFinding::paths).contains("/d/f", "/h");
  }

  @Test
  void a_damaged_page_of_the_metadata_file() throws IOException {
    store.overwritePageOf("xattr");
    assertThat(kinds()).contains(Kind.METADATA_STRUCTURE);
  }

  @Test
  void no_root() throws IOException {
    store.change(batch -> batch.delete(RowKey.inode(InodeNumber.ROOT)));
    assertThat(kinds()).contains(Kind.NO_ROOT);
  }

  @Test
  void a_name_of_nothing() throws IOException {
    Dentry entry = store.entry(InodeNumber.ROOT, "x", new InodeNumber(99), FileType.REGULAR);
    store.change(batch -> batch.put(entry).put(new Property(Property.NEXT_INODE, "100")));
    StoreFinding found = only(Kind.NAME_OF_NOTHING);
    assertThat(found.paths()).containsExactly("/x");
    assertThat(found.ino()).isEqualTo(99);
  }

  @Test
  void a_name_of_another_type() throws IOException {
    store.change(batch -> batch.put(store.entry(directory, "f", file, FileType.FIFO)));
    assertThat(only(Kind.NAME_TYPE).paths()).containsExactly("/d/f");
  }

  @Test
  void a_name_out_of_its_place() throws IOException {
    Dentry right = store.entry(directory, "f", file, FileType.REGULAR);
    Dentry wrong = new Dentry(directory, 77, FileName.of("f"), file, FileType.REGULAR);
    store.change(batch -> batch.delete(right.key()).put(wrong));
    assertThat(only(Kind.NAME_PLACE).paths()).containsExactly("/d/f");
  }

  @Test
  void a_name_that_is_none() throws IOException {
    Dentry right = store.entry(directory, "f", file, FileType.REGULAR);
    store.change(
        batch ->
            batch.delete(right.key()).put(store.entry(directory, "..", file, FileType.REGULAR)));
    only(Kind.NAME_MALFORMED);
  }

  @Test
  void names_in_what_is_no_directory() throws IOException {
    Inode twice = store.inode(link).toBuilder().nlink(2).build();
    store.change(batch -> batch.put(store.entry(file, "x", link, FileType.SYMLINK)).put(twice));
    assertThat(only(Kind.NAME_WITHOUT_DIRECTORY).paths()).containsExactlyInAnyOrder("/d/f", "/h");
  }

  @Test
  void a_directory_with_two_names() throws IOException {
    Inode root = store.inode(InodeNumber.ROOT);
    store.change(
        batch ->
            batch
                .put(store.entry(InodeNumber.ROOT, "d2", directory, FileType.DIRECTORY))
                .put(root.toBuilder().nlink(root.nlink() + 1).build()));
    assertThat(only(Kind.DIRECTORY_NAMES).paths()).containsExactlyInAnyOrder("/d", "/d2");
  }

  @Test
  void a_directory_with_another_parent() throws IOException {
    Inode row = store.inode(directory);
    InodeNumber other = store.lookup(directory, "e");
    store.change(
        batch -> batch.put(store.inode(other).toBuilder().parent(InodeNumber.ROOT).build()));
    assertThat(only(Kind.DIRECTORY_PARENT).paths()).containsExactly("/d/e");
    assertThat(row.parent()).isEqualTo(InodeNumber.ROOT);
  }

  @Test
  void a_directory_that_lies_in_itself() throws IOException {
    InodeNumber inner = store.lookup(directory, "e");
    Dentry away = store.entry(InodeNumber.ROOT, "d", directory, FileType.DIRECTORY);
    Inode root = store.inode(InodeNumber.ROOT);
    store.change(
        batch ->
            batch
                .delete(away.key())
                .put(root.toBuilder().nlink(root.nlink() - 1).build())
                .put(store.entry(inner, "d", directory, FileType.DIRECTORY))
                .put(store.inode(inner).toBuilder().nlink(3).build())
                .put(store.inode(directory).toBuilder().parent(inner).build()));
    only(Kind.DIRECTORY_UNREACHABLE);
  }

  @Test
  void wrong_counts_of_names() throws IOException {
    store.change(batch -> batch.put(store.inode(file).toBuilder().nlink(3).build()));
    assertThat(only(Kind.LINK_COUNT).paths()).containsExactlyInAnyOrder("/d/f", "/h");
    store.change(
        batch ->
            batch
                .put(store.inode(file).toBuilder().nlink(2).build())
                .put(store.inode(directory).toBuilder().nlink(7).build()));
    assertThat(only(Kind.LINK_COUNT).paths()).containsExactly("/d");
  }

  @Test
  void a_file_that_lost_its_name() throws IOException {
    store.change(batch -> batch.delete(store.entry(directory, "l", link, FileType.SYMLINK).key()));
    StoreFinding found = only(Kind.NO_NAME);
    assertThat(found.ino()).isEqualTo(link.value());
    assertThat(found.paths()).isEmpty();
  }

  @Test
  void files_without_a_name_and_how_they_are_noted() throws IOException {
    store.change(
        batch ->
            batch
                .delete(store.entry(directory, "l", link, FileType.SYMLINK).key())
                .put(store.inode(link).toBuilder().nlink(0).build()));
    only(Kind.ORPHAN_UNNOTED);
    store.change(batch -> batch.put(new Orphan(file)).put(new Orphan(link)));
    // What has a name stays, whatever is noted of it; the link goes when the store is opened.
    assertThat(only(Kind.ORPHAN_NOTED).paths()).containsExactlyInAnyOrder("/d/f", "/h");
  }

  @Test
  void attributes_that_make_no_sense() throws IOException {
    store.change(batch -> batch.put(store.inode(link).toBuilder().sizeBytes(1).build()));
    assertThat(only(Kind.ATTRIBUTES).paths()).containsExactly("/d/l");
  }

  @Test
  void a_mode_without_a_type() throws IOException {
    store.change(batch -> batch.put(store.inode(link).toBuilder().mode(0777).build()));
    assertThat(kinds()).contains(Kind.ATTRIBUTES, Kind.NAME_TYPE);
  }

  @Test
  void a_link_without_a_target() throws IOException {
    store.change(batch -> batch.delete(RowKey.symlink(link)));
    assertThat(only(Kind.LINK_TARGET).paths()).containsExactly("/d/l");
  }

  @Test
  void what_belongs_to_nothing() throws IOException {
    InodeNumber nothing = new InodeNumber(99);
    store.change(
        batch ->
            batch
                .put(new Xattr(nothing, bytes("user.y"), bytes("1")))
                .put(new Symlink(file, bytes("no")))
                .put(ExtentPage.of(link, List.of(Extent.hole(0, 5))))
                .put(new Property(Property.NEXT_INODE, "100")));
    List<StoreFinding> found = store.check();
    assertThat(found).hasSize(3).extracting(StoreFinding::kind).containsOnly(Kind.OWNERLESS);
    assertThat(found)
        .extracting(StoreFinding::ino)
        .containsExactlyInAnyOrder(99L, file.value(), link.value());
  }

  /** The file as pages of one extent each, of which the test leaves out or changes some. */
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
