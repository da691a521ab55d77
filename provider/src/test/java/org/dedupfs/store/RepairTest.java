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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreInUseException;
import org.dedupfs.StoreNotFoundException;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.Test;

/** What a repair puts in order of metadata, what it leaves, and that the rest stays as it was. */
class RepairTest extends AbstractRepairTest {
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
}
