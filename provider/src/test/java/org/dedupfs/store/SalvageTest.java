package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is saved of a metadata file whose first pages are zeros: nothing that was given up. */
class SalvageTest {
  private static final int PAGE_BYTES = 4096;
  private static final int FILES = 300;

  @TempDir Path temp;

  /** Writes files, then deletes most and overwrites the rest: that is what is returned. */
  private static Map<String, byte[]> fill(Path directory) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Store open = StoreFixture.create(directory)) {
      for (int i = 0; i < FILES; i++) {
        write(open.tree(), "/new" + i, random(1_000 + i, 40_000));
      }
      open.syncAll();
      for (int i = 0; i < FILES; i++) {
        if (i % 10 == 0) {
          contents.put("/new" + i, random(5_000 + i, 30_000));
          write(open.tree(), "/new" + i, contents.get("/new" + i));
        } else {
          StoreFixture.unlink(open.tree(), "/new" + i);
        }
      }
    }
    return contents;
  }

  private static void zero(Path directory, int bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(directory.resolve("metadata.sqlite"), StandardOpenOption.WRITE)) {
      assertThat(channel.size()).isGreaterThan(bytes);
      channel.write(ByteBuffer.allocate(bytes), 0);
    }
  }

  private static DamagedStore.Heard repair(Path directory) throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    Store.repair(directory, StoreFixture.options().build(), heard);
    assertThat(heard.repairs).isNotEmpty();
    return heard;
  }

  @Test
  void a_first_page_of_zeros_costs_nothing_and_brings_nothing_back() throws IOException {
    Path directory = temp.resolve("store");
    Map<String, byte[]> contents = fill(directory);
    zero(directory, PAGE_BYTES);
    assertThat(repair(directory).findings).isEmpty();
    try (Store open = StoreFixture.open(directory)) {
      for (int i = 0; i < FILES; i++) {
        if (i % 10 == 0) {
          assertThat(read(open.tree(), "/new" + i)).isEqualTo(contents.get("/new" + i));
        } else {
          assertThat(open.tree().entry(InodeNumber.ROOT, FileName.of("new" + i))).isNull();
        }
      }
      assertThat(open.tree().entry(InodeNumber.ROOT, FileName.of("lost+found"))).isNull();
    }
  }

  /** Where the only free pages are named may be among the zeros: so what is saved may be old. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8, 16})
  void what_may_be_old_is_told_and_no_file_is_a_mixture(int pages) throws IOException {
    Path directory = temp.resolve("store");
    Map<String, byte[]> contents = fill(directory);
    zero(directory, pages * PAGE_BYTES);
    try {
      assertThat(repair(directory).repairs).anyMatch(text -> text.contains("may be back"));
    } catch (StoreDamagedException e) {
      assertThat(e).hasMessageContaining("can be saved"); // all that was live lay among the zeros
      return;
    }
    try (Store open = StoreFixture.open(directory)) {
      for (int i = 0; i < FILES; i += 10) {
        byte[] found = readOrNull(open, i);
        if (found != null) {
          byte[] before = random(1_000 + i, 40_000);
          byte[] after = contents.get("/new" + i);
          assertThat(Arrays.equals(found, after) || Arrays.equals(found, before))
              .as("bytes of /new%d", i)
              .isTrue();
        }
      }
    }
  }

  /** Null if the file is lost, or bytes read as an error. */
  private static byte @Nullable [] readOrNull(Store open, int i) throws IOException {
    String path = "/new" + i;
    if (open.tree().entry(InodeNumber.ROOT, FileName.of("new" + i)) == null) {
      path = "/lost+found/#" + (2 + i); // nothing else was made before
    }
    try {
      if (open.tree().lookup(InodeNumber.ROOT, bytes(path), true).inode() == null) {
        return null;
      }
      return read(open.tree(), path);
    } catch (IOException e) {
      return null;
    }
  }

  @Test
  void a_log_that_cannot_be_read_to_its_end_makes_what_is_saved_uncertain() throws IOException {
    Path directory = temp.resolve("store");
    Path killed = temp.resolve("killed");
    fill(directory);
    try (Store open = StoreFixture.open(directory)) {
      for (int i = 0; i < 20; i++) {
        write(open.tree(), "/late" + i, random(i, 40_000));
        open.syncAll();
      }
      StoreFixture.copy(directory, killed);
    }
    zero(killed, PAGE_BYTES);
    Path log = killed.resolve("metadata.sqlite-wal");
    assertThat(Files.size(log)).isGreaterThan(4 * PAGE_BYTES);
    DamagedStore.flip(log, 32 + 24 + 100);
    DamagedStore.flip(log, 32 + 24 + 1_000);
    assertThat(repair(killed).repairs).anyMatch(text -> text.contains("may be back"));
  }
}
