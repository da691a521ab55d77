package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.random;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.testing.SmallDisk;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that other programs have filled to the last byte, and a store there of which files are to
 * be removed so that there is space again. Needs the right to mount.
 */
@Timeout(180)
class FilledDiskTest {
  private static final int FILES = 80;
  private static final int FILE_BYTES = 1 << 20;

  @TempDir Path temporary;
  @AutoClose private SmallDisk disk;
  private Path directory;
  private final List<Path> fillers = new ArrayList<>();

  @BeforeEach
  void mountAndStore() throws IOException {
    disk = SmallDisk.mount(temporary, "size=256m");
    directory = disk.path().resolve("store");
    try (Store store = StoreFixture.create(directory)) {
      for (int i = 0; i < FILES; i++) {
        StoreFixture.write(store.tree(), "/f" + i, random(i, FILE_BYTES));
      }
    }
  }

  private void takeAllSpace() throws IOException {
    fillers.add(disk.fill());
    assertThat(freeBytes()).isZero();
  }

  private long freeBytes() throws IOException {
    return Files.getFileStore(disk.path()).getUsableSpace();
  }

  private static void removeAndSweep(Store store, int from, int to, int step) throws IOException {
    for (int i = from; i < to; i += step) {
      StoreFixture.unlink(store.tree(), "/f" + i);
    }
    store.syncAll();
    store.sweep(false, SweepListener.NONE);
  }

  private static void assertHas(Store store, int from, int to, int step) throws IOException {
    for (int i = from; i < to; i += step) {
      assertThat(StoreFixture.read(store.tree(), "/f" + i))
          .as("/f%d", i)
          .isEqualTo(random(i, FILE_BYTES));
    }
  }

  @Test
  void files_are_removed_and_their_space_given_back_whenever_the_disk_is_full() throws IOException {
    for (int round = 0; round < 3; round++) {
      takeAllSpace();
      int from = 15 * round;
      try (Store store = StoreFixture.open(directory)) {
        removeAndSweep(store, from, from + 15, 1);
      }
      assertThat(freeBytes()).as("round " + round).isGreaterThan(5L * FILE_BYTES);
    }
    try (Store store = StoreFixture.open(directory)) {
      assertHas(store, 45, FILES, 1);
      assertThat(store.check(finding -> {}).findings()).isZero();
      Files.delete(fillers.get(0));
      StoreFixture.write(store.tree(), "/new", random(1000, FILE_BYTES));
      store.syncAll();
    }
  }

  @Test
  void a_store_that_is_open_meanwhile_gives_space_back_too() throws IOException {
    try (Store store = StoreFixture.open(directory)) {
      takeAllSpace();
      removeAndSweep(store, 0, 30, 1);
      assertThat(freeBytes()).isGreaterThan(25L * FILE_BYTES);
      takeAllSpace();
      removeAndSweep(store, 30, 45, 1);
      assertThat(freeBytes()).isGreaterThan(10L * FILE_BYTES);
      assertHas(store, 45, FILES, 1);
    }
    try (Store store = StoreFixture.open(directory)) {
      assertHas(store, 45, FILES, 1);
      assertThat(store.check(finding -> {}).findings()).isZero();
    }
  }

  /** Every block file is half dead: each has to be written anew before it can go. */
  @Test
  void files_all_over_the_store_are_removed_from_a_full_disk() throws IOException {
    takeAllSpace();
    try (Store store = StoreFixture.open(directory)) {
      for (int i = 0; i < FILES; i += 4) {
        StoreFixture.unlink(store.tree(), "/f" + (i + 1));
        StoreFixture.unlink(store.tree(), "/f" + (i + 2));
        StoreFixture.unlink(store.tree(), "/f" + (i + 3));
      }
      store.syncAll();
      store.sweep(false, SweepListener.NONE);
      assertHas(store, 0, FILES, 4);
    }
    try (Store store = StoreFixture.open(directory)) {
      store.sweep(false, SweepListener.NONE); // with what the first has given back
      assertHas(store, 0, FILES, 4);
      assertThat(store.check(finding -> {}).findings()).isZero();
    }
    assertThat(freeBytes()).isGreaterThan(20L * FILE_BYTES);
  }

  @Test
  void space_of_a_disk_that_has_the_blocks_alone_comes_back() throws IOException {
    Path apart = temporary.resolve("apart");
    StoreOptions options =
        StoreFixture.options().create(true).blocksDirectory(disk.path().resolve("blocks")).build();
    try (Store store = Store.open(apart, options)) {
      for (int i = 0; i < FILES; i++) {
        StoreFixture.write(store.tree(), "/f" + i, random(1000 + i, FILE_BYTES));
      }
    }
    takeAllSpace();
    try (Store store = StoreFixture.open(apart)) {
      removeAndSweep(store, 0, 40, 1);
    }
    assertThat(freeBytes()).isGreaterThan(30L * FILE_BYTES);
    try (Store store = StoreFixture.open(apart)) {
      assertThat(StoreFixture.read(store.tree(), "/f50")).isEqualTo(random(1050, FILE_BYTES));
      assertThat(store.check(finding -> {}).findings()).isZero();
    }
  }

  @Test
  void what_is_in_reserve_is_no_space_for_files() throws IOException {
    try (Store store = StoreFixture.open(directory)) {
      takeAllSpace();
      assertThatThrownBy(() -> StoreFixture.write(store.tree(), "/new", random(9, FILE_BYTES)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no space left");
      store.syncAll();
    }
    try (Store store = StoreFixture.open(directory)) {
      assertHas(store, 0, FILES, 1);
    }
  }
}
