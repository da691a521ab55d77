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
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.Orphan;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Symlink;
import org.dedupfs.metadata.Xattr;
import org.junit.jupiter.api.Test;

/** One test for each thing that a check can find in a store; each damages a sound one. */
class CheckTest extends AbstractCheckTest {
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
  @Test
  void who_uses_a_file_whose_attributes_cannot_be_is_told_of_damage() throws IOException {
    Inode sound = store.inode(file);
    for (Inode.Builder odd :
        List.of(
            sound.toBuilder().mode(0644),
            sound.toBuilder().sizeBytes(-1),
            sound.toBuilder().nlink(-3),
            sound.toBuilder().allocatedBytes(Long.MIN_VALUE))) {
      store.change(batch -> batch.put(odd.build()));
      try (Store open = StoreFixture.open(store.directory())) {
        assertThatThrownBy(() -> open.tree().stat(file))
            .isInstanceOf(MetadataDamagedException.class)
            .hasMessageContaining("damaged");
        assertThatThrownBy(() -> open.tree().open(file))
            .isInstanceOf(MetadataDamagedException.class);
        assertThat(open.tree().list(directory, 0, 10)).hasSize(3);
      }
    }
  }

  @Test
  void names_that_no_file_can_have_are_told_and_never_listed() throws IOException {
    store.change(
        batch ->
            batch
                .put(store.entry(directory, "..", file, FileType.REGULAR))
                .put(store.entry(directory, ".", directory, FileType.DIRECTORY))
                .put(store.entry(directory, "x".repeat(256), file, FileType.REGULAR)));
    assertThat(kinds()).contains(Kind.NAME_MALFORMED);
    try (Store open = StoreFixture.open(store.directory())) {
      for (int limit : new int[] {1, 2, 100}) {
        List<String> names = new java.util.ArrayList<>();
        List<Dentry> batch = open.tree().list(directory, 0, limit);
        while (!batch.isEmpty()) {
          batch.forEach(entry -> names.add(entry.name().toString()));
          batch = open.tree().list(directory, batch.get(batch.size() - 1).cookie(), limit);
        }
        assertThat(names).containsExactlyInAnyOrder("e", "f", "l");
      }
    }
  }

  @Test
  void more_damaged_rows_than_are_named_are_counted() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      for (int i = 0; i < 10_020; i++) {
        open.tree().link(file, directory, FileName.of("name " + i));
      }
    }
    store.sql("UPDATE dentry SET crc = crc + 1");
    List<StoreFinding> found = store.check();
    assertThat(found)
        .filteredOn(finding -> finding.kind() == Kind.METADATA_ROW)
        .hasSize(10_001)
        .last()
        .extracting(StoreFinding::text)
        .isEqualTo("26 more rows are damaged");
  }
}
