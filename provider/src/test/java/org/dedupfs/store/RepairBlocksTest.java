package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.junit.jupiter.api.Test;

/** What a repair saves and gives up of blocks, and of what finds them. */
class RepairBlocksTest extends AbstractRepairTest {
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
}
