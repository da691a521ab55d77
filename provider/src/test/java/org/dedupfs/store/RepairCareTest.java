package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dedupfs.RepairSummary;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreOptionMismatchException;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.SqliteSalvage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repair gives up nothing that may still be had, and what it gives up can be had back. */
class RepairCareTest {
  private static final byte[] CONTENT = random(1, 700_000);
  private static final byte[] OTHER = random(2, 300_000);

  @TempDir Path temp;
  private Path directory;
  private Path elsewhere;
  private Path blocks;
  private DamagedStore store;

  @BeforeEach
  void name() throws IOException {
    directory = temp.resolve("store");
    elsewhere = Files.createDirectory(temp.resolve("disk")).resolve("blocks");
    blocks = directory.resolve("blocks");
    store = new DamagedStore(directory);
  }

  private void create(StoreOptions.Builder options) throws IOException {
    try (Store open = Store.open(directory, options.create(true).build())) {
      write(open.tree(), "/f", CONTENT);
      open.syncAll();
    }
    try (Store open = StoreFixture.open(directory)) {
      write(open.tree(), "/g", OTHER);
    }
  }

  private void create() throws IOException {
    create(StoreFixture.options());
  }

  private void createElsewhere() throws IOException {
    create(StoreFixture.options().blocksDirectory(elsewhere));
  }

  private RepairSummary repair(StoreOptions.Builder options, DamagedStore.Heard heard)
      throws IOException {
    return Store.repair(directory, options.build(), heard);
  }

  private DamagedStore.Heard repair() throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    repair(StoreFixture.options(), heard);
    return heard;
  }

  private void assertAllThere() throws IOException {
    assertThat(store.check()).isEmpty();
    try (Store open = StoreFixture.open(directory)) {
      assertThat(read(open.tree(), "/f")).isEqualTo(CONTENT);
      assertThat(read(open.tree(), "/g")).isEqualTo(OTHER);
    }
  }

  /** What a repair has left beside what belongs there. */
  private List<String> traces() throws IOException {
    List<String> traces = new ArrayList<>();
    for (Path each : List.of(directory, elsewhere.getParent())) {
      if (Files.isDirectory(each)) {
        try (Stream<Path> names = Files.list(each)) {
          names
              .map(path -> path.getFileName().toString())
              .filter(name -> name.matches(".*\\.(before-repair|damaged|salv|sav).*"))
              .forEach(traces::add);
        }
      }
    }
    return traces;
  }

  private void assertRefused(String words) throws IOException {
    assertThatThrownBy(this::repair)
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(words);
    assertThat(traces()).isEmpty();
  }

  private static void overwrite(Path directory, String names) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, names)) {
      for (Path each : files) {
        Files.write(each, random(5, 1_000));
      }
    }
  }

  @Test
  void blocks_on_a_disk_that_is_not_mounted_are_waited_for() throws IOException {
    createElsewhere();
    Path away = temp.resolve("away");
    Files.move(elsewhere, away);
    assertRefused("mount the disk");
    assertThat(elsewhere).doesNotExist();
    Files.createDirectory(elsewhere);
    assertRefused("-o blocksDirectory=");
    assertThat(elsewhere).isEmptyDirectory();
    Files.delete(elsewhere);
    Files.move(away, elsewhere);
    assertThat(repair().repairs).isEmpty();
    assertAllThere();
  }

  @Test
  void blocks_on_a_disk_that_is_not_mounted_are_waited_for_with_damaged_metadata_too()
      throws IOException {
    createElsewhere();
    store.sql("UPDATE inode SET mode = mode + 1 WHERE number = 1");
    Path away = temp.resolve("away");
    Files.move(elsewhere, away);
    assertRefused("mount the disk");
    Files.move(away, elsewhere);
    repair();
    assertAllThere();
  }

  @Test
  void a_directory_of_blocks_that_is_no_longer_known_is_asked_for() throws IOException {
    createElsewhere();
    store.change(batch -> batch.delete(RowKey.property("blocksDirectory")));
    assertRefused("-o blocksDirectory=");
    assertThat(blocks).doesNotExist();
    DamagedStore.Heard heard = new DamagedStore.Heard();
    repair(StoreFixture.options().blocksDirectory(elsewhere), heard);
    assertThat(heard.repairs).hasSize(1).allMatch(text -> text.contains(elsewhere.toString()));
    assertAllThere();
  }

  @Test
  void other_blocks_than_those_that_are_there_are_refused() throws IOException {
    createElsewhere();
    StoreOptions.Builder others = StoreFixture.options().blocksDirectory(temp.resolve("others"));
    assertThatThrownBy(() -> repair(others, new DamagedStore.Heard()))
        .isInstanceOf(StoreOptionMismatchException.class);
    assertThat(traces()).isEmpty();
    assertAllThere();
  }

  @Test
  void an_empty_block_store_is_not_taken_for_the_one_that_was_lost() throws IOException {
    createElsewhere();
    StoreFixture.create(temp.resolve("empty")).close();
    Path away = temp.resolve("away");
    Files.move(elsewhere, away);
    Files.move(temp.resolve("empty").resolve("blocks"), elsewhere);
    assertRefused("not those of this store");
    new DamagedStore(directory)
        .change(batch -> batch.delete(RowKey.property(Property.BLOCKS_IDENTITY)));
    assertRefused("is empty");
    Files.move(elsewhere, temp.resolve("nothing"));
    Files.move(away, elsewhere);
    assertAllThere();
  }

  private void loseName() throws IOException {
    InodeNumber lost = store.lookup(InodeNumber.ROOT, "f");
    store.change(
        batch -> batch.delete(store.entry(InodeNumber.ROOT, "f", lost, FileType.REGULAR).key()));
  }

  @Test
  void the_metadata_as_it_was_is_kept_and_can_be_put_back() throws IOException {
    create();
    loseName();
    List<StoreFinding> before = store.check();
    assertThat(before).isNotEmpty();
    RepairSummary summary = repair(StoreFixture.options(), new DamagedStore.Heard());
    Path copy = directory.resolve("metadata.sqlite.before-repair-1");
    assertThat(copy).isRegularFile();
    assertThat(summary.metadataCopy()).isEqualTo(copy);
    assertThat(store.check()).isEmpty();
    Files.delete(directory.resolve("metadata.sqlite"));
    Files.deleteIfExists(directory.resolve("metadata.sqlite-wal"));
    Files.move(copy, directory.resolve("metadata.sqlite"));
    assertThat(store.check()).containsExactlyElementsOf(before);
  }

  @Test
  void what_the_log_of_the_metadata_has_is_kept_too() throws IOException {
    create();
    loseName();
    Path killed = temp.resolve("killed");
    try (Store open = StoreFixture.open(directory)) {
      write(open.tree(), "/late", OTHER);
      open.syncAll();
      StoreFixture.copy(directory, killed);
    }
    byte[] log = Files.readAllBytes(killed.resolve("metadata.sqlite-wal"));
    assertThat(log).isNotEmpty();
    directory = killed;
    assertThat(repair().repairs).isNotEmpty();
    assertThat(killed.resolve("metadata.sqlite.before-repair-1-wal")).hasBinaryContent(log);
  }

  @Test
  void without_room_for_the_copy_nothing_is_changed() throws IOException {
    create();
    loseName();
    Path log = directory.resolve("metadata.sqlite-wal");
    long bytes = Files.getFileStore(directory).getUsableSpace() + (1L << 30);
    try (RandomAccessFile sparse = new RandomAccessFile(log.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
    long needed = bytes + Files.size(directory.resolve("metadata.sqlite"));
    assertThatThrownBy(this::repair)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(needed + " bytes");
    assertThat(traces()).isEmpty();
    assertThat(log).exists();
  }

  @Test
  void a_copy_of_sound_metadata_is_not_kept() throws IOException {
    create();
    assertThat(repair(StoreFixture.options(), new DamagedStore.Heard()).metadataCopy()).isNull();
    assertThat(traces()).isEmpty();
  }

  @Test
  void nobody_opens_a_store_of_which_blocks_or_metadata_are_half_replaced() throws IOException {
    create();
    Path copy = temp.resolve("copy");
    StoreFixture.copy(directory, copy);
    Files.move(copy.resolve("blocks"), directory.resolve("blocks.saved"));
    for (boolean readOnly : List.of(false, true)) {
      StoreOptions options = StoreFixture.options().readOnly(readOnly).build();
      assertThatThrownBy(() -> Store.open(directory, options).close())
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("dedupfs repair " + directory);
    }
    repair();
    assertAllThere();
    Path salvaged = Files.createDirectory(directory.resolve("metadata.sqlite.salvaged"));
    Files.copy(copy.resolve("metadata.sqlite"), salvaged.resolve("metadata.sqlite"));
    assertThatThrownBy(() -> StoreFixture.open(directory).close())
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("dedupfs repair " + directory);
    repair();
    assertThat(salvaged).doesNotExist();
    assertAllThere();
  }

  @Test
  void blocks_just_where_a_disk_is_mounted_are_not_replaced() throws IOException {
    assertThatThrownBy(() -> new BlockSwap(Path.of("/proc")).requireMovable())
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("mounted just there");
    new BlockSwap(Files.createDirectory(elsewhere)).requireMovable();
  }

  @Test
  void a_file_that_the_system_cannot_open_is_not_taken_for_damaged() throws IOException {
    create();
    Path table = store.tableOf("blocks");
    overwrite(blocks, "CURRENT");
    Path away = temp.resolve("away");
    Files.move(table, away);
    Files.createSymbolicLink(table, temp.resolve("not-mounted"));
    assertThatThrownBy(this::repair)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not mean that it is damaged");
    assertThat(traces()).isEmpty();
    Files.delete(table);
    Files.move(away, table);
    repair();
    assertAllThere();
  }

  @Test
  void no_sweep_takes_what_the_kept_metadata_needs() throws IOException {
    create();
    store.sql("UPDATE inode SET nlink = nlink + 1 WHERE number = 1");
    repair();
    Path copy = directory.resolve("metadata.sqlite.before-repair-1");
    assertThat(copy).exists();
    try (Store open = StoreFixture.open(directory)) {
      assertThat(open.sweep(true, SweepListener.NONE).deadBlocks()).isNotNegative();
      assertThatThrownBy(() -> open.sweep(false, SweepListener.NONE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(copy.toString())
          .hasMessageContaining("delete it");
      Files.delete(copy);
      // what an interrupted repair leaves is no copy
      Files.write(directory.resolve("metadata.sqlite.before-repair-1-wal"), new byte[1]);
      Files.write(directory.resolve("metadata.sqlite.before-repair-2.part"), new byte[1]);
      assertThat(open.sweep(false, SweepListener.NONE).deadBlocks()).isNotNegative();
    }
    assertAllThere();
  }

  @Test
  void a_lost_hash_is_found_out_from_the_blocks() throws IOException {
    create(StoreFixture.options().hash("SHA3-256"));
    store.change(batch -> batch.delete(RowKey.property("hash")));
    overwrite(blocks, "CURRENT");
    DamagedStore.Heard heard = repair();
    assertThat(heard.repairs).anyMatch(text -> text.contains("SHA3-256"));
    assertThat(heard.findings).isEmpty();
    assertAllThere();
  }

  @Test
  void a_lost_hash_that_no_block_tells_is_not_guessed() throws IOException {
    create();
    store.change(batch -> batch.delete(RowKey.property("hash")));
    overwrite(blocks, "{CURRENT,*.sst}");
    assertRefused("the name of its hash");
  }

  @Test
  void blocks_of_which_none_can_be_saved_stay_where_they_are() throws IOException {
    create();
    overwrite(blocks, "{CURRENT,*.sst}");
    assertRefused("0 blocks are saved");
    assertThat(blocks).isDirectory();
  }

  @Test
  void a_list_of_files_without_the_blocks_is_not_filled_up() throws IOException {
    create();
    store.rocks(rocks -> rocks.drop("blocks"));
    assertRefused("0 blocks are saved");
  }

  @Test
  void what_could_not_be_saved_is_told() throws IOException {
    create();
    overwrite(blocks, "CURRENT");
    Files.write(blocks.resolve("999999.sst"), random(5, 1_000));
    assertThat(repair().repairs)
        .anyMatch(text -> text.contains("saved, 0 are damaged, 1 files cannot be read"));
    assertAllThere();
  }

  @Test
  void metadata_that_was_saved_in_part_is_neither_kept_nor_used() throws IOException {
    create();
    Path file = directory.resolve("metadata.sqlite");
    Path log = Files.createDirectory(directory.resolve("metadata.sqlite-wal"));
    assertThatThrownBy(() -> SqliteSalvage.run(directory)).isInstanceOf(IOException.class);
    assertThat(traces()).isEmpty();
    Files.delete(log);
    Path part = Files.createDirectory(directory.resolve("metadata.sqlite.salvaging"));
    Files.move(file, part.resolve("metadata.sqlite"));
    assertThatThrownBy(this::repair)
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("from a copy");
    assertThat(file).doesNotExist();
  }

  @Test
  void whoever_can_be_helped_by_a_repair_is_told_so() throws IOException {
    create();
    Files.write(directory.resolve("metadata.sqlite"), random(3, 40_960));
    assertThatThrownBy(() -> StoreFixture.open(directory).close())
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("dedupfs repair")
        .hasMessageNotContaining("run check");
  }
}
