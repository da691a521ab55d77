package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.RepairSummary;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of another store in the place of those of a store: known before anything is changed. */
class ExchangedBlocksTest {
  @TempDir Path temp;
  private Path store;
  private Path other;

  @BeforeEach
  void create() throws IOException {
    store = create("store", 1);
    other = create("other", 2);
  }

  private Path create(String name, int seed) throws IOException {
    Path directory = temp.resolve(name);
    try (Store made = StoreFixture.create(directory)) {
      write(made.tree(), "/file", random(seed, 300_000));
    }
    return directory;
  }

  private static void exchange(Path one, Path another) throws IOException {
    Path blocks = one.resolve("blocks");
    Files.move(blocks, one.resolve("aside"));
    Files.move(another.resolve("blocks"), blocks);
    Files.move(one.resolve("aside"), another.resolve("blocks"));
  }

  private static void assertRefused(Path directory) {
    for (boolean readOnly : new boolean[] {false, true}) {
      StoreOptions options = StoreFixture.options().readOnly(readOnly).build();
      assertThatThrownBy(() -> Store.open(directory, options).close())
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContainingAll(
              directory.resolve("blocks").toString(), "not those of this store", "damaged-N");
    }
  }

  private static void assertHolds(Path directory, int seed) throws IOException {
    try (Store opened = StoreFixture.open(directory)) {
      assertThat(read(opened.tree(), "/file")).isEqualTo(random(seed, 300_000));
    }
    assertThat(new DamagedStore(directory).check()).isEmpty();
  }

  private static String identity(Path directory) throws IOException {
    return new DamagedStore(directory).property(RowKey.property(Property.BLOCKS_IDENTITY));
  }

  @Test
  void blocks_of_another_store_are_refused_and_the_right_ones_opened_again() throws IOException {
    assertThat(identity(store)).isNotEqualTo(identity(other));
    exchange(store, other);
    assertRefused(store);
    assertRefused(other);
    exchange(store, other);
    assertHolds(store, 1);
    assertHolds(other, 2);
  }

  @Test
  void a_repair_refuses_them_too_unless_it_is_told_to_take_them() throws IOException {
    exchange(store, other);
    assertThatThrownBy(
            () -> Store.repair(store, StoreFixture.options().build(), new DamagedStore.Heard()))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("not those of this store");
    exchange(store, other);
    assertHolds(store, 1);
    exchange(store, other);
    DamagedStore.Heard heard = new DamagedStore.Heard();
    RepairSummary summary =
        Store.repair(
            store, StoreFixture.options().blocksDirectory(store.resolve("blocks")).build(), heard);
    assertThat(summary.metadataCopy()).isNotNull();
    assertThat(heard.repairs).anyMatch(text -> text.contains("taken, as asked for"));
    try (Store opened = StoreFixture.open(store)) {
      assertThatThrownBy(() -> read(opened.tree(), "/file")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_store_that_does_not_know_its_blocks_remembers_them_when_it_is_opened_for_writing()
      throws IOException {
    String known = identity(store);
    new DamagedStore(store)
        .change(
            batch ->
                batch
                    .delete(RowKey.property(Property.BLOCKS_IDENTITY))
                    .delete(RowKey.property(Property.BLOCKS_MARK)));
    Store.open(store, StoreFixture.options().readOnly(true).build()).close();
    assertThat(identity(store)).isNull();
    assertHolds(store, 1);
    assertThat(identity(store)).isEqualTo(known);
    exchange(store, other);
    assertRefused(store);
  }

  @Test
  void a_repair_that_replaces_the_blocks_remembers_the_new_ones() throws IOException {
    String known = identity(store);
    byte[] current = Files.readAllBytes(store.resolve("blocks/CURRENT"));
    Files.delete(store.resolve("blocks/CURRENT"));
    RepairSummary summary =
        Store.repair(store, StoreFixture.options().build(), new DamagedStore.Heard());
    assertThat(summary.left()).isZero();
    Path damaged = store.resolve("blocks.damaged-1");
    assertThat(damaged).isDirectory();
    assertHolds(store, 1);
    assertThat(identity(store)).isNotEqualTo(known);

    // Back to what was: the metadata alone is not enough, with its blocks it is.
    for (String name : List.of("", "-wal", "-shm", "-mark")) {
      Files.deleteIfExists(store.resolve("metadata.sqlite" + name));
    }
    Path kept = summary.metadataCopy();
    Files.move(kept, store.resolve("metadata.sqlite"));
    Path log = kept.resolveSibling(kept.getFileName() + "-wal");
    if (Files.exists(log)) {
      Files.move(log, store.resolve("metadata.sqlite-wal"));
    }
    assertRefused(store);
    Files.move(store.resolve("blocks"), store.resolve("blocks.new"));
    Files.move(damaged, store.resolve("blocks"));
    Files.write(store.resolve("blocks/CURRENT"), current);
    assertHolds(store, 1);
    assertThat(identity(store)).isEqualTo(known);
  }

  @Test
  void a_repair_that_was_interrupted_while_it_replaced_the_blocks_takes_either()
      throws IOException {
    String known = identity(store);
    String successor = identity(other);
    for (boolean replaced : new boolean[] {false, true}) {
      new DamagedStore(store)
          .sqlProperty(RowKey.property(Property.BLOCKS_IDENTITY), known + " " + successor);
      if (replaced) {
        exchange(store, other);
      }
      StoreFixture.open(store).close();
      assertThat(identity(store)).isEqualTo(replaced ? successor : known);
    }
  }

  @Test
  void an_identity_that_makes_no_sense_is_damage_that_a_repair_mends() throws IOException {
    String known = identity(store);
    new DamagedStore(store).sqlProperty(RowKey.property(Property.BLOCKS_IDENTITY), "a b c");
    assertThatThrownBy(() -> StoreFixture.open(store).close())
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("blocksIdentity");
    Store.repair(store, StoreFixture.options().build(), new DamagedStore.Heard());
    assertHolds(store, 1);
    assertThat(identity(store)).isEqualTo(known);
  }
}
