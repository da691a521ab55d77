package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.store.StoreOptions.Durability;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.OpenFile;
import org.dedupfs.tree.TreeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreTest {
  @TempDir Path temp;

  private Path directory() {
    return temp.resolve("store");
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void what_was_written_is_there_after_closing_and_opening_again(Durability durability)
      throws IOException {
    byte[] large = random(1, 3_000_000);
    UUID uuid;
    StoreOptions options = StoreFixture.options().create(true).durability(durability).build();
    try (Store store = Store.open(directory(), options)) {
      uuid = store.uuid();
      write(store.tree(), "/large", large);
      write(store.tree(), "/small", bytes("small"));
    }
    try (Store store = Store.open(directory(), options)) {
      assertThat(store.uuid()).isEqualTo(uuid);
      assertThat(read(store.tree(), "/large")).isEqualTo(large);
      assertThat(read(store.tree(), "/small")).isEqualTo(bytes("small"));
    }
  }

  @Test
  void a_store_whose_commits_may_be_lost_is_not_swept() throws IOException {
    StoreOptions options = StoreFixture.options().create(true).durability(Durability.NONE).build();
    try (Store store = Store.open(directory(), options)) {
      assertThatThrownBy(() -> store.sweep(false, SweepListener.NONE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("durability=interval");
      assertThat(store.sweep(true, SweepListener.NONE).deadBlocks()).isZero();
    }
  }

  @Test
  void a_new_store_belongs_to_its_owner_alone() throws IOException {
    StoreOptions options = StoreFixture.options().create(true).uid(7).gid(8).umask(027).build();
    try (Store store = Store.open(directory(), options)) {
      Inode root = store.tree().stat(InodeNumber.ROOT);
      assertThat(root.mode()).isEqualTo(0040750);
      assertThat(root.uid()).isEqualTo(7);
      assertThat(root.gid()).isEqualTo(8);
      assertThat(root.nlink()).isEqualTo(2);
      for (String name : new String[] {"", "blocks"}) {
        assertThat(permissions(directory().resolve(name))).isEqualTo("rwx------");
      }
      for (String name : new String[] {"metadata.sqlite", "lock", "lock.owner"}) {
        assertThat(permissions(directory().resolve(name))).as(name).isEqualTo("rw-------");
      }
      assertThat(directory().resolve("creating")).doesNotExist();
    }
    assertThat(directory().resolve("lock.owner")).doesNotExist();
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void the_parts_may_lie_elsewhere_and_are_found_again() throws IOException {
    Path metadata = temp.resolve("fast disk/metadata");
    Files.createDirectory(metadata.getParent());
    Path blocks = temp.resolve("large");
    Files.createDirectory(blocks);
    StoreOptions options =
        StoreFixture.options()
            .create(true)
            .metadataDirectory(metadata)
            .blocksDirectory(blocks)
            .build();
    try (Store store = Store.open(directory(), options)) {
      write(store.tree(), "/f", bytes("text"));
    }
    assertThat(metadata.resolve("metadata.sqlite")).exists();
    assertThat(blocks.resolve("CURRENT")).exists();
    assertThat(directory().resolve("blocks")).doesNotExist();
    try (Store store = StoreFixture.open(directory())) {
      assertThat(read(store.tree(), "/f")).isEqualTo(bytes("text"));
      assertThat(store.options().metadataDirectory()).isEqualTo(metadata);
      assertThat(store.options().blocksDirectory()).isEqualTo(blocks);
      assertThat(store.statistics().diskBytes()).isGreaterThan(store.statistics().metadataBytes());
    }
  }

  @Test
  void options_that_were_fixed_are_told_when_nothing_else_was_asked_for() throws IOException {
    StoreOptions options =
        StoreFixture.options()
            .create(true)
            .chunking("fixed:8k")
            .hash("SHA-512/256")
            .compression("lz4")
            .build();
    Store.open(directory(), options).close();
    try (Store store = StoreFixture.open(directory())) {
      assertThat(store.options().chunking()).isEqualTo("fixed:8k");
      assertThat(store.options().hash()).isEqualTo("SHA-512/256");
      assertThat(store.options().compression()).isEqualTo("lz4");
      assertThat(store.options().create()).isFalse();
    }
    Store.open(directory(), options).close();
  }

  @Test
  void another_compression_holds_for_what_one_opening_writes() throws IOException {
    byte[] lines = bytes("a line that is written again and again\n".repeat(5_000));
    Store.open(directory(), StoreFixture.options().create(true).compression("none").build())
        .close();
    try (Store store = StoreFixture.open(directory())) {
      write(store.tree(), "/raw", lines);
      store.syncAll();
      assertThat(store.statistics().compressionRatio()).isLessThan(1.01);
    }
    byte[] others = bytes("another line that is written again\n".repeat(5_000));
    StoreOptions zstd = StoreFixture.options().compression("zstd:3").build();
    try (Store store = Store.open(directory(), zstd)) {
      assertThat(store.options().compression()).isEqualTo("zstd:3");
      long before = store.statistics().storedBytes();
      write(store.tree(), "/small", others);
      store.syncAll();
      assertThat(store.statistics().storedBytes() - before).isLessThan(others.length / 10);
    }
    try (Store store = StoreFixture.open(directory())) {
      assertThat(store.options().compression()).isEqualTo("none");
      assertThat(read(store.tree(), "/raw")).isEqualTo(lines);
      assertThat(read(store.tree(), "/small")).isEqualTo(others);
    }
  }

  @Test
  void closing_is_idempotent_and_ends_everything() throws IOException {
    Store store = StoreFixture.create(directory());
    OpenFile file = createFile(store, "f");
    file.write(0, ByteBuffer.wrap(bytes("kept")));
    store.close();
    store.close();
    assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1)))
        .isInstanceOf(TreeException.class);
    assertThatThrownBy(() -> store.tree().stat(InodeNumber.ROOT)).isInstanceOf(IOException.class);
    try (Store again = StoreFixture.open(directory())) {
      assertThat(read(again.tree(), "/f")).isEqualTo(bytes("kept"));
    }
  }

  private static OpenFile createFile(Store store, String name) throws IOException {
    return store
        .tree()
        .createAndOpen(
            InodeNumber.ROOT, FileName.of(name), new NewFile(FileType.REGULAR, 0644, 0, 0, 0));
  }

  @Test
  void what_was_synced_survives_a_kill_and_an_unlinked_file_is_purged() throws IOException {
    Path killed = temp.resolve("killed");
    byte[] synced = random(2, 200_000);
    try (Store store = StoreFixture.create(directory())) {
      OpenFile orphan = createFile(store, "orphan");
      orphan.write(0, ByteBuffer.wrap(random(3, 100_000)));
      store.syncAll();
      StoreFixture.unlink(store.tree(), "/orphan");
      try (OpenFile file = createFile(store, "f")) {
        file.write(0, ByteBuffer.wrap(synced));
        file.sync();
        file.append(ByteBuffer.wrap(bytes("lost")));
      }
      StoreFixture.copy(directory(), killed);
    }
    try (Store store = StoreFixture.open(killed)) {
      assertThat(read(store.tree(), "/f")).startsWith(synced);
      assertThat(store.tree().list(InodeNumber.ROOT, 0, 10)).hasSize(1);
      awaitFiles(store, 1);
    }
    try (Store store = Store.open(killed, StoreFixture.options().readOnly(true).build())) {
      assertThat(read(store.tree(), "/f")).startsWith(synced);
    }
  }

  private static void awaitFiles(Store store, long files) throws IOException {
    while (store.statistics().files() != files) {
      Thread.onSpinWait();
    }
  }

  @Test
  void a_store_that_was_killed_is_recovered_before_it_is_only_read() throws IOException {
    Path killed = temp.resolve("killed");
    try (Store store = StoreFixture.create(directory())) {
      write(store.tree(), "/f", bytes("text"));
      store.syncAll();
      StoreFixture.copy(directory(), killed);
    }
    StoreOptions reading = StoreFixture.options().readOnly(true).build();
    try (Store store = Store.open(killed, reading);
        Store another = StoreFixture.open(directory())) {
      assertThat(read(store.tree(), "/f")).isEqualTo(bytes("text"));
      assertThat(read(another.tree(), "/f")).isEqualTo(bytes("text"));
    }
  }

  @Test
  void a_read_only_store_refuses_changes_and_leaves_its_files() throws IOException {
    try (Store store = StoreFixture.create(directory())) {
      write(store.tree(), "/f", bytes("text"));
    }
    byte[] before = Files.readAllBytes(directory().resolve("metadata.sqlite"));
    StoreOptions reading = StoreFixture.options().readOnly(true).build();
    try (Store store = Store.open(directory(), reading)) {
      assertThat(store.tree().isReadOnly()).isTrue();
      assertThat(read(store.tree(), "/f")).isEqualTo(bytes("text"));
      assertThatThrownBy(() -> write(store.tree(), "/g", bytes("x")))
          .isInstanceOf(TreeException.class);
      assertThatThrownBy(() -> store.sweep(false, (phase, done, total) -> {}))
          .hasMessageContaining("reading only");
      assertThat(store.statistics().files()).isEqualTo(1);
    }
    assertThat(Files.readAllBytes(directory().resolve("metadata.sqlite"))).isEqualTo(before);
  }
}
