package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.random;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.testing.SmallDisk;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Disks that are full when the store comes to write: somebody else has taken the space that was
 * free when data was accepted. Needs the right to mount.
 */
@Timeout(180)
class FullDiskTest {
  @TempDir Path temporary;
  @AutoClose private SmallDisk disk;
  private Path directory;

  @BeforeEach
  void mountAndFill() throws IOException {
    disk = SmallDisk.mount(temporary, "size=48m");
    directory = disk.path().resolve("store");
    try (Store store = StoreFixture.create(directory)) {
      StoreFixture.write(store.tree(), "/safe", random(1, 1 << 20));
    }
  }

  /** More than a journal holds, less than what starts a flush, stays in memory until a commit. */
  private Store openWithLargeBuffers() throws IOException {
    return Store.open(directory, StoreFixture.options().memoryBytes(256L << 20).build());
  }

  private void assertRecovers(Path filler) throws IOException {
    Files.delete(filler);
    try (Store store = StoreFixture.open(directory)) {
      assertThat(StoreFixture.read(store.tree(), "/safe")).isEqualTo(random(1, 1 << 20));
      StoreFixture.write(store.tree(), "/after", random(4, 2 << 20));
    }
    try (Store store = StoreFixture.open(directory)) {
      assertThat(StoreFixture.read(store.tree(), "/safe")).isEqualTo(random(1, 1 << 20));
      assertThat(StoreFixture.read(store.tree(), "/after")).isEqualTo(random(4, 2 << 20));
    }
  }

  @Test
  void when_blocks_cannot_be_flushed_a_sync_fails_reads_go_on_and_a_new_opening_has_all_committed()
      throws IOException {
    Store store = openWithLargeBuffers();
    StoreFixture.write(store.tree(), "/large", random(2, 10 << 20));
    Path filler = disk.fill();
    assertThatThrownBy(store::syncAll)
        .isInstanceOf(IOException.class)
        .hasStackTraceContaining("no space left for blocks");
    assertThat(StoreFixture.read(store.tree(), "/safe")).isEqualTo(random(1, 1 << 20));
    assertThatThrownBy(store::close).isInstanceOf(IOException.class);
    assertRecovers(filler);
  }

  @Test
  void when_metadata_cannot_be_written_a_sync_fails_and_a_new_opening_has_all_committed()
      throws IOException {
    Store store = StoreFixture.open(directory);
    List<byte[]> small = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      small.add(random(100 + i, 50_000));
      StoreFixture.write(store.tree(), "/small" + i, small.get(i));
    }
    Path filler = disk.fill();
    assertThatThrownBy(store::syncAll).isInstanceOf(IOException.class);
    for (int i = 0; i < small.size(); i++) {
      assertThat(StoreFixture.read(store.tree(), "/small" + i)).isEqualTo(small.get(i));
    }
    assertThatThrownBy(() -> StoreFixture.write(store.tree(), "/x", new byte[1]))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(store::close).isInstanceOf(IOException.class);
    assertRecovers(filler);
  }

  @Test
  void when_closing_meets_the_full_disk_it_says_so_and_a_new_opening_has_all_committed()
      throws IOException {
    Store store = openWithLargeBuffers();
    StoreFixture.write(store.tree(), "/large", random(2, 10 << 20));
    Path filler = disk.fill();
    assertThatThrownBy(store::close)
        .isInstanceOf(IOException.class)
        .hasStackTraceContaining("no space left for blocks");
    store.close();
    assertThatThrownBy(() -> StoreFixture.open(directory).close()).isInstanceOf(IOException.class);
    assertRecovers(filler);
  }
}
