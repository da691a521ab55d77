package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.dedupfs.RepairSummary;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.testing.ChildJvm;
import org.dedupfs.testing.ScratchDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damage to a store whose process was killed is never taken for what a power cut leaves: it is an
 * error before anything is deleted, and a repair brings back what is there.
 */
class KilledStoreTest {
  private static final int FILES = 6;
  private static final String OF_BLOCKS = "older than the metadata";
  private static final int FRAME_BYTES = 24 + 4096;

  @TempDir Path temp;
  private Path killed;

  /** The list of block files when more was durable than the killed store relies on. */
  private byte[] laterList;

  @BeforeEach
  void kill() throws IOException {
    Path directory = temp.resolve("store");
    killed = temp.resolve("killed");
    try (Store store = StoreFixture.create(directory)) {
      write(store.tree(), "/f", random(98, 100)); // for StoreHolder
      for (int i = 0; i < FILES; i++) {
        if (i == 3) {
          write(store.tree(), "/large", random(99, 9 << 20)); // makes the blocks durable
        }
        write(store.tree(), "/file" + i, random(i, 20_000));
        store.syncAll();
      }
      StoreFixture.copy(directory, killed);
      write(store.tree(), "/later", random(98, 9 << 20));
      store.syncAll();
      laterList = Files.readAllBytes(manifest(directory));
    }
  }

  private Path log() {
    return killed.resolve("metadata.sqlite-wal");
  }

  private void flip(long at, int mask) throws IOException {
    try (FileChannel channel =
        FileChannel.open(log(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ mask));
      channel.write(one.flip(), at);
    }
  }

  private Path manifest() throws IOException {
    return manifest(killed);
  }

  private static Path manifest(Path store) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(store.resolve("blocks"), "MANIFEST-*")) {
      return files.iterator().next();
    }
  }

  private void assertRefused(String... words) throws IOException {
    boolean ofBlocks = Arrays.asList(words).contains(OF_BLOCKS);
    Map<String, byte[]> before = files(ofBlocks);
    for (boolean readOnly : new boolean[] {false, true}) {
      StoreOptions options = StoreFixture.options().readOnly(readOnly).build();
      assertThatThrownBy(() -> Store.open(killed, options).close())
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContainingAll(words)
          .hasMessageContainingAll("dedupfs repair", "from a copy", " was ");
    }
    Map<String, byte[]> after = files(ofBlocks);
    assertThat(after.keySet()).containsAll(before.keySet());
    before.forEach(
        (name, bytes) -> assertThat(Arrays.equals(after.get(name), bytes)).as(name).isTrue());
  }

  /** Those that data is in. The metadata is opened before the blocks, and closed again. */
  private Map<String, byte[]> files(boolean ofBlocks) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (Path file : new DamagedStore(killed).files()) {
      String name = file.getFileName().toString();
      if (name.endsWith(".sst")
          || name.startsWith("MANIFEST")
          || (file.equals(log()) && !ofBlocks)) {
        files.put(name, Files.readAllBytes(file));
      }
    }
    return files;
  }

  private DamagedStore.Heard repair() throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    RepairSummary summary = Store.repair(killed, StoreFixture.options().build(), heard);
    assertThat(summary.left()).isZero();
    return heard;
  }

  private void assertAllThere() throws IOException {
    assertAllThere(killed);
  }

  private static void assertAllThere(Path directory) throws IOException {
    try (Store store = StoreFixture.open(directory)) {
      for (int i = 0; i < FILES; i++) {
        assertThat(read(store.tree(), "/file" + i)).isEqualTo(random(i, 20_000));
      }
      assertThat(Arrays.equals(read(store.tree(), "/large"), random(99, 9 << 20))).isTrue();
    }
    assertThat(new DamagedStore(directory).check()).isEmpty();
    assertThat(new DamagedStore(directory).scrub()).isEmpty();
  }

  @Test
  void a_killed_store_opens() throws IOException {
    assertAllThere();
  }

  /** What an opening puts back is not durable at once; it stays in the journal until it is. */
  @Test
  void a_store_that_is_killed_whenever_it_is_open_opens() throws IOException {
    for (int i = 0; i < 6; i++) {
      try (ChildJvm child =
          ChildJvm.start(List.of(), StoreHolder.class, killed.toString(), "write")) {
        child.await(i % 2 == 0 ? "open" : "read");
      }
    }
    assertAllThere();
  }

  @Test
  void a_bit_that_flipped_in_the_log_is_an_error_and_is_put_right_by_a_repair() throws IOException {
    long frames = (Files.size(log()) - 32) / FRAME_BYTES;
    flip(32 + frames / 2 * FRAME_BYTES + 1_000, 4);
    assertRefused(log().toString());
    assertThat(repair().repairs).anyMatch(text -> text.contains("nothing is lost"));
    assertAllThere();
  }

  @Test
  void a_bit_that_flipped_in_the_last_commit_is_an_error() throws IOException {
    flip(Files.size(log()) - 1_003, 4);
    assertRefused(log().toString());
    repair();
    assertAllThere();
  }

  @Test
  void a_sector_of_the_log_that_is_lost_is_an_error_and_the_rest_is_saved() throws IOException {
    try (FileChannel channel = FileChannel.open(log(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(random(5, 512)), 32 + 2 * FRAME_BYTES + 512);
    }
    assertRefused(log().toString());
    repair();
    try (Store store = StoreFixture.open(killed)) {
      assertThat(read(store.tree(), "/file" + (FILES - 1))).isEqualTo(random(FILES - 1, 20_000));
    }
  }

  @Test
  void a_list_of_block_files_that_is_cut_off_is_an_error_and_all_blocks_are_saved()
      throws IOException {
    byte[] whole = Files.readAllBytes(manifest());
    int longestRefused = 0; // how much is needed depends on what went on behind the last commit
    for (int cut = whole.length - 1; cut > 0; cut -= 50) {
      Files.write(manifest(), Arrays.copyOf(whole, cut));
      try (Store store = StoreFixture.open(copyOfKilled(cut))) {
        for (int i = 0; i < FILES; i++) {
          assertThat(read(store.tree(), "/file" + i)).isEqualTo(random(i, 20_000));
        }
      } catch (StoreDamagedException e) {
        longestRefused = Math.max(longestRefused, cut);
      }
    }
    assertThat(longestRefused).isPositive();
    Files.write(manifest(), Arrays.copyOf(whole, longestRefused));
    assertRefused(OF_BLOCKS);
    repair();
    assertAllThere();
  }

  /** The list that the killed store relies on, and one record more. */
  private byte[] oneMore() throws IOException {
    byte[] list = Files.readAllBytes(manifest());
    assertThat(Arrays.mismatch(list, laterList)).isEqualTo(list.length);
    int length =
        Short.toUnsignedInt(
            ByteBuffer.wrap(laterList).order(ByteOrder.LITTLE_ENDIAN).getShort(list.length + 4));
    assertThat(length).isPositive();
    return Arrays.copyOf(laterList, list.length + 7 + length);
  }

  /** What a power cut leaves that lets the file grow, and one of its sectors get lost. */
  @Test
  void a_list_whose_last_record_has_its_length_but_not_its_bytes_is_no_damage() throws IOException {
    int relied = Files.readAllBytes(manifest()).length;
    byte[] more = oneMore();
    int cut = 0;
    for (int written = relied + 7; written < more.length; written += 10) {
      byte[] torn = more.clone();
      Arrays.fill(torn, written, torn.length, (byte) 0);
      Files.write(manifest(), torn);
      Path copy = copyOfKilled(written);
      assertAllThere(copy);
      assertThat(kept(copy)).hasSizeLessThan(2).allMatch(bytes -> Arrays.equals(bytes, torn));
      cut += kept(copy).size();
      ScratchDirectory.delete(copy);
    }
    assertThat(cut).as("lists that RocksDB would not have read").isPositive();
  }

  /** And whatever else stands there: without it all is there that somebody relies on. */
  @Test
  void any_bit_of_the_list_that_flipped_is_an_error_or_no_loss() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("KilledStoreTest seed " + seed);
    Random random = new Random(seed);
    int refused = 0;
    int cut = 0;
    byte[] more = oneMore();
    for (int at = random.nextInt(20); at < more.length; at += 20) {
      byte[] rotten = more.clone();
      rotten[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(manifest(), rotten);
      Path copy = copyOfKilled(at);
      try (Store store = StoreFixture.open(copy)) {
        for (int i = 0; i < FILES; i++) {
          assertThat(read(store.tree(), "/file" + i)).isEqualTo(random(i, 20_000));
        }
        assertThat(Arrays.equals(read(store.tree(), "/large"), random(99, 9 << 20))).isTrue();
        cut += kept(copy).size();
      } catch (StoreDamagedException e) {
        refused++;
        assertThat(kept(copy)).isEmpty();
        assertThat(Files.readAllBytes(manifest(copy))).isEqualTo(rotten);
      }
      ScratchDirectory.delete(copy);
    }
    assertThat(refused).isPositive();
    assertThat(cut).isPositive();
  }

  @Test
  void a_bit_of_the_list_that_flipped_before_what_is_relied_upon_is_an_error() throws IOException {
    byte[] list = Files.readAllBytes(manifest());
    list[list.length / 2] ^= 4;
    Files.write(manifest(), list);
    assertThatThrownBy(() -> StoreFixture.open(killed).close())
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContainingAll("checksum mismatch", "dedupfs repair", "from a copy");
    assertThat(Files.readAllBytes(manifest())).isEqualTo(list);
    assertThat(kept(killed)).isEmpty();
    repair();
    assertAllThere();
  }

  private static List<byte[]> kept(Path store) throws IOException {
    List<byte[]> kept = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(store.resolve("blocks"))) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        assertThat(name).doesNotEndWith(".tmp");
        if (name.startsWith("torn-")) {
          kept.add(Files.readAllBytes(file));
        }
      }
    }
    return kept;
  }

  private Path copyOfKilled(int number) throws IOException {
    Path copy = temp.resolve("copy" + number);
    StoreFixture.copy(killed, copy);
    return copy;
  }
}
