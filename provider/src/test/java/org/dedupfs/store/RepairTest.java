package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.RepairSummary;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.StoreInUseException;
import org.dedupfs.StoreNotFoundException;
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

/** What a repair puts in order, what it leaves, and that the rest stays as it was. */
class RepairTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final NewFile DIRECTORY = new NewFile(FileType.DIRECTORY, 0755, 0, 0, 0);
  private static final byte[] CONTENT = random(1, 700_000);
  private static final byte[] OTHER = random(2, 300_000);

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
      write(tree, "/d/f", CONTENT);
      write(tree, "/d/e/g", OTHER);
      file = tree.lookup(InodeNumber.ROOT, bytes("/d/f"), true).inode().number();
      tree.link(file, InodeNumber.ROOT, FileName.of("h"));
      NewFile symlink = new NewFile(FileType.SYMLINK, 0777, 0, 0, 0);
      link = tree.makeSymlink(directory, FileName.of("l"), bytes("target"), symlink).number();
      tree.setXattr(file, bytes("user.x"), bytes("value"), false, false);
    }
  }

  private DamagedStore.Heard repair() throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    RepairSummary summary = Store.repair(store.directory(), StoreFixture.options().build(), heard);
    assertThat(summary.repaired()).isEqualTo(heard.repairs.size());
    assertThat(summary.left()).isEqualTo(heard.findings.size());
    assertThat(store.check()).as("left").containsExactlyElementsOf(heard.findings);
    return heard;
  }

  private void repairWhole() throws IOException {
    DamagedStore.Heard heard = repair();
    assertThat(heard.findings).isEmpty();
    assertThat(heard.repairs).isNotEmpty();
  }

  private void assertAllThere() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      assertThat(read(open.tree(), "/d/f")).isEqualTo(CONTENT);
      assertThat(read(open.tree(), "/h")).isEqualTo(CONTENT);
      assertThat(read(open.tree(), "/d/e/g")).isEqualTo(OTHER);
      assertThat(open.tree().readSymlink(link)).isEqualTo(bytes("target"));
      assertThat(open.tree().stat(file).nlink()).isEqualTo(2);
    }
  }

  @Test
  void a_sound_store_stays_as_it_is() throws IOException {
    DamagedStore.Heard heard = repair();
    assertThat(heard.repairs).isEmpty();
    assertAllThere();
    assertThat(store.files()).noneMatch(each -> each.toString().contains("damaged"));
  }

  @Test
  void a_store_in_use_and_what_is_none_are_refused() throws IOException {
    StoreOptions options = StoreFixture.options().build();
    try (Store open = StoreFixture.open(store.directory())) {
      assertThatThrownBy(() -> Store.repair(open.directory(), options, new DamagedStore.Heard()))
          .isInstanceOf(StoreInUseException.class);
    }
    assertThatThrownBy(() -> Store.repair(temp.resolve("none"), options, new DamagedStore.Heard()))
        .isInstanceOf(StoreNotFoundException.class);
    Files.delete(store.directory().resolve("metadata.sqlite"));
    assertThatThrownBy(() -> Store.repair(store.directory(), options, new DamagedStore.Heard()))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("from a copy");
  }

  @Test
  void a_damaged_row_costs_that_row_only_and_the_damaged_file_is_kept() throws IOException {
    store.sql("UPDATE xattr SET value = x'00' WHERE inode = " + file.value());
    repairWhole();
    assertAllThere();
    assertThat(store.directory().resolve("metadata.sqlite.damaged-1")).exists();
  }

  @Test
  void a_file_whose_attributes_are_lost_keeps_its_names_and_bytes() throws IOException {
    store.sql("UPDATE inode SET mode = mode + 1 WHERE number = " + file.value());
    repairWhole();
    assertAllThere();
  }

  @Test
  void a_directory_whose_attributes_are_lost_keeps_its_place_and_what_is_in_it()
      throws IOException {
    store.sql("UPDATE inode SET mode = mode + 1 WHERE number = " + directory.value());
    repairWhole();
    assertAllThere();
  }

  @Test
  void a_link_whose_attributes_are_lost_keeps_its_target() throws IOException {
    store.sql("UPDATE inode SET mode = mode + 1 WHERE number = " + link.value());
    repairWhole();
    assertAllThere();
  }

  @Test
  void a_root_that_is_lost_is_made_anew_around_what_is_in_it() throws IOException {
    store.sql("UPDATE inode SET mode = mode + 1 WHERE number = 1");
    repairWhole();
    assertAllThere();
  }

  @Test
  void a_destroyed_header_and_schema_cost_nothing() throws IOException {
    try (FileChannel channel =
        FileChannel.open(store.directory().resolve("metadata.sqlite"), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(random(3, 4096)), 0);
    }
    repairWhole();
    assertAllThere();
    try (Store open = StoreFixture.open(store.directory())) {
      assertThat(open.tree().getXattr(file, bytes("user.x"))).isEqualTo(bytes("value"));
    }
  }

  @Test
  void what_was_deleted_and_overwritten_does_not_come_back_without_a_header() throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Store open = StoreFixture.open(store.directory())) {
      for (int i = 0; i < 300; i++) {
        write(open.tree(), "/new" + i, random(1_000 + i, 40_000));
      }
      open.syncAll();
      for (int i = 0; i < 300; i++) {
        if (i % 10 == 0) {
          contents.put("/new" + i, random(5_000 + i, 30_000));
          write(open.tree(), "/new" + i, contents.get("/new" + i));
        } else {
          StoreFixture.unlink(open.tree(), "/new" + i);
        }
      }
    }
    try (FileChannel channel =
        FileChannel.open(store.directory().resolve("metadata.sqlite"), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(random(3, 4096)), 0);
    }
    repairWhole();
    assertAllThere();
    try (Store open = StoreFixture.open(store.directory())) {
      for (Map.Entry<String, byte[]> each : contents.entrySet()) {
        assertThat(read(open.tree(), each.getKey())).isEqualTo(each.getValue());
      }
      assertThat(open.tree().entry(InodeNumber.ROOT, FileName.of("lost+found"))).isNull();
      assertThat(open.tree().entry(InodeNumber.ROOT, FileName.of("new1"))).isNull();
    }
  }

  @Test
  void what_a_log_has_is_saved_too() throws IOException {
    Path killed = temp.resolve("killed");
    try (Store open = StoreFixture.open(store.directory())) {
      write(open.tree(), "/late", random(4, 50_000));
      open.syncAll();
      StoreFixture.copy(store.directory(), killed);
    }
    store = new DamagedStore(killed);
    assertThat(killed.resolve("metadata.sqlite-wal")).isNotEmptyFile();
    try (FileChannel channel =
        FileChannel.open(killed.resolve("metadata.sqlite"), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(random(3, 4096)), 0);
      channel.write(ByteBuffer.wrap(random(3, 100)), 8 * 4096);
    }
    repair();
    assertAllThere();
    try (Store open = StoreFixture.open(store.directory())) {
      assertThat(read(open.tree(), "/late")).isEqualTo(random(4, 50_000));
    }
  }

  @Test
  void a_destroyed_page_of_names_sends_files_to_lost_and_found_with_their_bytes()
      throws IOException {
    store.overwritePageOf("dentry");
    repairWhole();
    try (Store open = StoreFixture.open(store.directory())) {
      assertThat(read(open.tree(), "/lost+found/#" + file.value())).isEqualTo(CONTENT);
      assertThat(open.tree().stat(file).nlink()).isEqualTo(1);
    }
  }

  @Test
  void a_lost_name_is_given_back_in_lost_and_found() throws IOException {
    store.change(
        batch ->
            batch.delete(store.entry(InodeNumber.ROOT, "d", directory, FileType.DIRECTORY).key()));
    repairWhole();
    try (Store open = StoreFixture.open(store.directory())) {
      String there = "/lost+found/#" + directory.value();
      assertThat(read(open.tree(), there + "/f")).isEqualTo(CONTENT);
      assertThat(read(open.tree(), there + "/e/g")).isEqualTo(OTHER);
      assertThat(read(open.tree(), "/h")).isEqualTo(CONTENT);
    }
  }

  @Test
  void a_missing_block_becomes_a_range_that_reads_as_an_error_and_the_rest_is_read()
      throws IOException {
    List<Extent> extents = store.extents(file);
    Extent lost = extents.get(1);
    extents.set(1, new Extent(lost.offsetBytes(), lost.lengthBytes(), 60_000, 0, lost.check()));
    store.change(batch -> batch.put(ExtentPage.of(file, extents)));
    DamagedStore.Heard heard = repair();
    assertThat(heard.findings)
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.kind()).isEqualTo(Kind.RANGE_LOST);
              assertThat(left.paths()).containsExactlyInAnyOrder("/d/f", "/h");
              assertThat(left.offsetBytes()).isEqualTo(lost.offsetBytes());
              assertThat(left.lengthBytes()).isEqualTo(lost.lengthBytes());
            });
    assertThat(repair().repairs).as("a second repair").isEmpty();
    try (Store open = StoreFixture.open(store.directory());
        var opened = open.tree().open(file)) {
      ByteBuffer head = ByteBuffer.allocate((int) lost.offsetBytes());
      assertThat(opened.read(0, head)).isEqualTo(head.capacity());
      assertThat(head.array())
          .isEqualTo(java.util.Arrays.copyOf(CONTENT, (int) lost.offsetBytes()));
      assertThatThrownBy(() -> opened.read(lost.offsetBytes(), ByteBuffer.allocate(10)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged");
    }
  }

  @Test
  void a_damaged_block_is_left_and_heals_with_the_same_data() throws IOException {
    Path table = store.tableOf("blocks");
    DamagedStore.flip(table, Files.size(table) / 3);
    assertThat(store.scrub()).isNotEmpty();
    assertThat(repair().findings).extracting(StoreFinding::kind).containsOnly(Kind.BLOCK_DAMAGED);
    try (Store open = StoreFixture.open(store.directory())) {
      write(open.tree(), "/again", CONTENT);
      write(open.tree(), "/again2", OTHER);
    }
    assertThat(store.scrub()).isEmpty();
    assertAllThere();
  }

  @Test
  void a_block_that_reads_again_is_not_told_as_damaged_by_a_repair() throws IOException {
    Path table = store.tableOf("blocks");
    DamagedStore.flip(table, Files.size(table) / 3);
    assertThat(store.scrub()).isNotEmpty();
    DamagedStore.flip(table, Files.size(table) / 3);
    assertThat(store.check()).isNotEmpty();
    assertThat(repair().findings).isEmpty();
    assertAllThere();
  }

  private void assertStillDeduplicates() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      long before = open.statistics().blocks();
      write(open.tree(), "/again", CONTENT);
      open.syncAll();
      assertThat(open.statistics().blocks()).isEqualTo(before);
    }
  }

  @Test
  void a_damaged_or_missing_index_is_made_anew_from_the_blocks() throws IOException {
    for (String family : List.of("index", "fingerprints")) {
      store.flipInTable(family);
      repairWhole();
      assertAllThere();
      assertStillDeduplicates();
      Files.delete(store.tableOf(family));
      repairWhole();
      assertAllThere();
      assertStillDeduplicates();
      store.rocks(rocks -> rocks.drop(family));
      repairWhole();
      assertStillDeduplicates();
    }
    assertThat(store.scrub()).isEmpty();
  }

  @Test
  void a_block_that_cannot_be_read_keeps_its_fingerprint_when_the_index_is_made_anew()
      throws IOException {
    Path table = store.tableOf("blocks");
    DamagedStore.flip(table, Files.size(table) / 3);
    store.rocks(rocks -> rocks.deleteFirst("index"));
    DamagedStore.Heard heard = repair();
    assertThat(heard.repairs).anyMatch(text -> text.contains("1 blocks cannot be read"));
    assertThat(heard.findings).extracting(StoreFinding::kind).containsOnly(Kind.BLOCK_DAMAGED);
    try (Store open = StoreFixture.open(store.directory())) {
      write(open.tree(), "/again", CONTENT);
      write(open.tree(), "/again2", OTHER);
    }
    assertThat(store.scrub()).isEmpty();
  }

  @Test
  void an_interrupted_rebuild_keeps_the_store_closed_until_it_is_repaired() throws IOException {
    store.rocks(rocks -> rocks.put("default", bytes("rebuilding"), new byte[0]));
    assertThatThrownBy(() -> StoreFixture.open(store.directory()))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("repair");
    repairWhole();
    assertAllThere();
  }

  @Test
  void blocks_without_a_list_of_their_files_are_saved() throws IOException {
    for (String name : List.of("CURRENT", "MANIFEST-*")) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(store.directory().resolve("blocks"), name)) {
        for (Path each : files) {
          Files.write(each, random(5, 100));
        }
      }
      repairWhole();
      assertAllThere();
      assertStillDeduplicates();
    }
    assertThat(store.scrub()).isEmpty();
    assertThat(store.directory().resolve("blocks.damaged-2")).isDirectory();
  }

  @Test
  void a_missing_file_of_blocks_costs_what_was_in_it_only() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      write(open.tree(), "/apart", random(6, 100_000));
    }
    Files.delete(store.tableOf("blocks"));
    DamagedStore.Heard heard = repair();
    assertThat(heard.findings).extracting(StoreFinding::kind).containsOnly(Kind.RANGE_LOST);
    int readable = 0;
    try (Store open = StoreFixture.open(store.directory())) {
      for (String path : List.of("/apart", "/d/f", "/d/e/g")) {
        try {
          assertThat(read(open.tree(), path).length).isPositive();
          readable++;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("damaged");
        }
      }
    }
    assertThat(readable).isBetween(1, 2);
  }

  @Test
  void a_lost_identity_is_made_anew_and_all_names_are_found() throws IOException {
    store.change(
        batch ->
            batch
                .delete(RowKey.property("uuid"))
                .delete(RowKey.property("cookieKey"))
                .delete(RowKey.property("format"))
                .delete(RowKey.property("chunking"))
                .delete(RowKey.property("hash"))
                .delete(RowKey.property("compression"))
                .delete(RowKey.property(Property.NEXT_INODE))
                .delete(RowKey.property(Property.BLOCK_LEASE)));
    repairWhole();
    assertAllThere();
    assertStillDeduplicates();
  }

  /** Each of these a check finds; see {@link CheckTest}. */
  private List<DamagedStore.Change> damages() throws IOException {
    InodeNumber inner = store.lookup(directory, "e");
    Inode root = store.inode(InodeNumber.ROOT);
    Dentry name = store.entry(directory, "f", file, FileType.REGULAR);
    Dentry away = store.entry(InodeNumber.ROOT, "d", directory, FileType.DIRECTORY);
    InodeNumber nothing = new InodeNumber(99);
    Property next = new Property(Property.NEXT_INODE, "100");
    List<Extent> extents = store.extents(file);
    return List.of(
        batch -> batch.put(store.entry(InodeNumber.ROOT, "x", nothing, FileType.FIFO)).put(next),
        batch ->
            batch.put(store.entry(InodeNumber.ROOT, "x", nothing, FileType.BLOCK_DEVICE)).put(next),
        batch -> batch.put(store.entry(directory, "f", file, FileType.FIFO)),
        batch ->
            batch
                .delete(name.key())
                .put(new Dentry(directory, 77, name.name(), file, FileType.REGULAR)),
        batch -> batch.delete(name.key()).put(store.entry(directory, "..", file, FileType.REGULAR)),
        batch -> batch.put(store.entry(file, "x", link, FileType.SYMLINK)),
        batch -> batch.put(store.entry(InodeNumber.ROOT, "d2", directory, FileType.DIRECTORY)),
        batch -> batch.put(store.inode(inner).toBuilder().parent(InodeNumber.ROOT).build()),
        batch ->
            batch
                .delete(away.key())
                .put(root.toBuilder().nlink(root.nlink() - 1).build())
                .put(store.entry(inner, "d", directory, FileType.DIRECTORY))
                .put(store.inode(inner).toBuilder().nlink(3).build())
                .put(store.inode(directory).toBuilder().parent(inner).build()),
        batch -> batch.put(store.inode(file).toBuilder().nlink(3).build()),
        batch ->
            batch
                .delete(store.entry(directory, "l", link, FileType.SYMLINK).key())
                .put(store.inode(link).toBuilder().nlink(0).build()),
        batch -> batch.put(new Orphan(file)).put(new Orphan(nothing)),
        batch -> batch.put(store.inode(link).toBuilder().sizeBytes(1).build()),
        batch -> batch.put(store.inode(link).toBuilder().mode(0777).build()),
        batch -> batch.put(store.inode(directory).toBuilder().mode(0777).build()),
        batch -> batch.put(store.inode(file).toBuilder().sizeBytes(-5).build()),
        batch -> batch.delete(RowKey.symlink(link)),
        batch ->
            batch
                .put(new Xattr(nothing, bytes("user.y"), bytes("1")))
                .put(new Symlink(file, bytes("no")))
                .put(ExtentPage.of(link, List.of(Extent.hole(0, 5))))
                .put(next),
        batch -> batch.put(store.inode(file).toBuilder().allocatedBytes(5).build()),
        batch -> batch.put(store.inode(file).toBuilder().sizeBytes(CONTENT.length + 99).build()),
        batch -> batch.put(store.inode(file).toBuilder().sizeBytes(100).build()),
        batch -> {
          batch.delete(RowKey.extents(file, 0));
          for (int i = 1; i < extents.size(); i++) {
            batch.put(ExtentPage.of(file, List.of(extents.get(i))));
          }
        },
        batch -> {
          for (int i = 1; i < extents.size(); i++) {
            Extent extent = extents.get(i);
            long offset = extent.offsetBytes() - 5;
            batch.put(ExtentPage.of(file, List.of(Extent.hole(offset, extent.lengthBytes() + 5))));
          }
        },
        batch -> batch.put(new Property("counter.files", "77")).delete(RowKey.property("uuid")),
        batch -> batch.delete(RowKey.inode(InodeNumber.ROOT)).delete(away.key()));
  }

  @Test
  void whatever_a_check_finds_is_put_in_order_or_reads_as_an_error() throws IOException {
    Path sound = store.directory();
    int number = 0;
    for (DamagedStore.Change damage : damages()) {
      Path copy = temp.resolve("copy" + number);
      StoreFixture.copy(sound, copy);
      store = new DamagedStore(copy);
      store.change(damage);
      DamagedStore.Heard heard = repair();
      assertThat(heard.repairs).as("damage %d", number).isNotEmpty();
      assertThat(heard.findings)
          .as("damage %d", number)
          .extracting(StoreFinding::kind)
          .allMatch(kind -> kind == Kind.RANGE_LOST);
      number++;
    }
  }

  /** Whatever rows are lost, the store is sound afterwards, and what is read is right. */
  @Test
  void any_rows_may_be_lost() throws IOException {
    Path sound = store.directory();
    Random random = new Random(SEED);
    for (int round = 0; round < 6; round++) {
      Path copy = temp.resolve("round" + round);
      StoreFixture.copy(sound, copy);
      store = new DamagedStore(copy);
      store.deleteRows(random, 1 + random.nextInt(4));
      DamagedStore.Heard heard = repair();
      assertThat(heard.findings)
          .as("seed %d round %d", SEED, round)
          .extracting(StoreFinding::kind)
          .allMatch(kind -> kind == Kind.RANGE_LOST);
      try (Store open = StoreFixture.open(copy)) {
        for (String path : List.of("/d/f", "/h", "/d/e/g")) {
          byte[] found = readOrNull(open.tree(), path);
          assertThat(found)
              .as("seed %d round %d %s", SEED, round, path)
              .isIn(null, path.endsWith("g") ? OTHER : CONTENT);
        }
      }
    }
  }

  /** Null when it is not there or cannot be read. */
  private static byte[] readOrNull(Tree tree, String path) {
    try {
      return tree.lookup(InodeNumber.ROOT, bytes(path), true).inode() == null
          ? null
          : read(tree, path);
    } catch (IOException e) {
      return null;
    }
  }

  @Test
  void a_repair_can_be_stopped_and_another_one_ends_it() throws IOException {
    store.sql("UPDATE inode SET mode = mode + 1 WHERE number = " + file.value());
    store.flipInTable("index");
    for (Phase phase : List.of(Phase.INDEX, Phase.REPAIR)) {
      DamagedStore.Heard stopping =
          new DamagedStore.Heard() {
            @Override
            public void progress(Phase now, long done, long total) throws InterruptedException {
              if (now == phase) {
                throw new InterruptedException();
              }
            }
          };
      assertThatThrownBy(
              () -> Store.repair(store.directory(), StoreFixture.options().build(), stopping))
          .isInstanceOf(java.io.InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    repair();
    assertAllThere();
  }
}
