package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.unlink;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may look at the files of a store: its owner alone, unless the owner says otherwise. */
class StorePrivacyTest {
  @TempDir Path temp;

  private static void allow(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** All below and including a directory. */
  static void assertPrivate(Path top, String directories, String files) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(top)) {
      all = walk.toList();
    }
    for (Path path : all) {
      assertThat(permissions(path))
          .as(path.toString())
          .isEqualTo(Files.isDirectory(path) ? directories : files);
    }
  }

  /** Of an open store: files of RocksDB come and go, and are within a directory of the owner's. */
  private static void assertClosed(Path directory) throws IOException {
    assertThat(permissions(directory)).isEqualTo("rwx------");
    assertThat(permissions(directory.resolve("blocks"))).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(permissions(file)).as(file.toString()).isEqualTo("rw-------");
      }
    }
  }

  private void work(Store store, int round) throws IOException {
    for (int i = 0; i < 20; i++) {
      write(store.tree(), "/f" + i, random(100L * round + i, 40_000));
    }
    unlink(store.tree(), "/f0");
    store.syncAll();
    assertThat(store.sweep(false, SweepListener.NONE).deadBlocks()).isNotNegative();
  }

  @Test
  void every_file_is_the_owners_alone_after_a_sweep_and_a_repair_too() throws IOException {
    Path directory = temp.resolve("store");
    try (Store store = StoreFixture.create(directory)) {
      work(store, 1);
      assertClosed(directory);
    }
    assertPrivate(directory, "rwx------", "rw-------");
    try (Store store = StoreFixture.open(directory)) {
      work(store, 2);
      assertClosed(directory);
    }
    assertPrivate(directory, "rwx------", "rw-------");
    DamagedStore damaged = new DamagedStore(directory);
    damaged.rocks(rocks -> rocks.drop("index"));
    damaged.overwritePageOf("orphan");
    Store.repair(directory, StoreFixture.options().build(), new DamagedStore.Heard());
    assertThat(directory.resolve("metadata.sqlite.damaged-1")).exists();
    allow(damaged.directory().resolve("metadata.sqlite.damaged-1"), "rw-------");
    assertPrivate(directory, "rwx------", "rw-------");
  }

  @Test
  void directories_that_were_made_beforehand_are_closed_to_others() throws IOException {
    Path directory = Files.createDirectory(temp.resolve("store"));
    Path metadata = Files.createDirectory(temp.resolve("metadata"));
    Path blocks = Files.createDirectory(temp.resolve("blocks"));
    for (Path each : List.of(directory, metadata, blocks)) {
      allow(each, "rwxrwxrwx");
    }
    StoreOptions options =
        StoreFixture.options()
            .create(true)
            .metadataDirectory(metadata)
            .blocksDirectory(blocks)
            .build();
    try (Store store = Store.open(directory, options)) {
      work(store, 1);
      for (Path each : List.of(directory, metadata, blocks)) {
        assertThat(permissions(each)).isEqualTo("rwx------");
      }
    }
    for (Path each : List.of(directory, metadata, blocks)) {
      assertPrivate(each, "rwx------", "rw-------");
    }
  }

  @Test
  void what_the_owner_opens_to_a_group_stays_open_to_it() throws IOException {
    Path directory = temp.resolve("store");
    StoreFixture.create(directory).close();
    allow(directory, "rwxr-x---");
    allow(directory.resolve("blocks"), "rwxr-x---");
    try (Store store = StoreFixture.open(directory)) {
      work(store, 1);
      assertThat(permissions(directory)).isEqualTo("rwxr-x---");
      assertThat(store.tree().stat(InodeNumber.ROOT).type()).isEqualTo(FileType.DIRECTORY);
    }
    assertPrivate(directory.resolve("blocks"), "rwxr-x---", "rw-r-----");
  }
}
