package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dedupfs.ScrubOptions;
import org.dedupfs.StoreException;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.testing.ScratchDirectory;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.OpenFile;
import org.dedupfs.tree.PathLookup;
import org.dedupfs.tree.Tree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bits flip, files are cut off, overwritten and deleted, in every file of a store, be it closed or
 * killed: whatever is read is right or an error, what cannot be read is found, and a repair loses
 * nothing that could be read before. {@code -Drounds=N} says how often, {@code -Dseed=N} repeats a
 * run.
 *
 * <p>Of a killed store that opens all is there that was acknowledged. (Damage to what was committed
 * less than a second before the kill can look like a commit that a power cut tore, unless it is one
 * bit or has other commits behind it: so the store is killed when it has noted the last commit.)
 * What a repair can save of one that does not open may be older than what was acknowledged.
 */
class BitRotTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int ROUNDS =
      Integer.getInteger("rounds", Boolean.getBoolean("dedupfs.long") ? 2_000 : 24);

  /** What may be left after a repair: bytes that are lost. */
  private static final Set<Kind> LOST = EnumSet.of(Kind.RANGE_LOST, Kind.BLOCK_DAMAGED);

  @TempDir Path temp;
  private final Random random = new Random(SEED);
  private final Map<String, byte[]> contents = new TreeMap<>();

  /** What files consisted of before; empty for those that are never written anew. */
  private final Map<String, List<byte[]>> before = new TreeMap<>();

  private void fill(Path directory) throws IOException {
    NewFile subdirectory = new NewFile(FileType.DIRECTORY, 0755, 0, 0, 0);
    try (Store store = StoreFixture.create(directory)) {
      Tree tree = store.tree();
      for (int d = 0; d < 3; d++) {
        tree.makeDirectory(InodeNumber.ROOT, FileName.of("d" + d), subdirectory);
        for (int f = 0; f < 40; f++) {
          byte[] content = random(100 * d + f % 35, f % 9 == 0 ? 150_000 : 10 + 131 * f);
          contents.put("/d" + d + "/file" + f, content);
        }
      }
      for (Map.Entry<String, byte[]> each : contents.entrySet()) {
        write(tree, each.getKey(), each.getValue());
      }
    }
    try (Store store = StoreFixture.open(directory)) {
      for (int i = 0; i < 10; i++) {
        byte[] content = random(1_000 + i, 20_000);
        contents.put("/late" + i, content);
        write(store.tree(), "/late" + i, content);
      }
    }
  }

  /** As a kill leaves it that comes when everything has been acknowledged. */
  private void fillAndKill(Path directory, Path killed) throws IOException {
    fill(directory);
    try (Store store = StoreFixture.open(directory)) {
      for (int i = 0; i < 24; i++) {
        if (i == 12) {
          put(store, "/large", random(7, 9 << 20)); // more than the journal takes: a flush
        }
        put(store, i % 3 == 0 ? "/late" + i / 3 : "/killed" + i, random(2_000 + i, 3_000 * i));
        store.tree().syncAll();
      }
      awaitMark(directory);
      StoreFixture.copy(directory, killed);
    }
  }

  private void put(Store store, String path, byte[] content) throws IOException {
    byte[] old = contents.put(path, content);
    if (old != null) {
      before.computeIfAbsent(path, p -> new ArrayList<>()).add(old);
    }
    write(store.tree(), path, content);
  }

  /** Waits until it is noted how many frames the log has. */
  static void awaitMark(Path directory) throws IOException {
    long frames = (Files.size(directory.resolve("metadata.sqlite-wal")) - 32) / (4096 + 24);
    Path mark = directory.resolve("metadata.sqlite-mark");
    while (ByteBuffer.wrap(Files.readAllBytes(mark)).getInt(16) != frames) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatever_rots_nothing_wrong_is_read_and_the_damage_is_found() throws IOException {
    Path sound = temp.resolve("sound");
    fill(sound);
    rotAll(sound);
  }

  @Test
  void whatever_rots_of_a_killed_store_nothing_acknowledged_is_lost_in_silence()
      throws IOException {
    Path killed = temp.resolve("killed");
    fillAndKill(temp.resolve("open"), killed);
    rotAll(killed);
  }

  private void rotAll(Path sound) throws IOException {
    int files = new DamagedStore(sound).files().size();
    int offset = random.nextInt(files);
    int failedToOpen = 0;
    int lostReads = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Path copy = temp.resolve("copy");
      StoreFixture.copy(sound, copy);
      DamagedStore store = new DamagedStore(copy);
      List<Path> all = store.files();
      String what = rot(all.get((round + offset) % all.size()));
      String told = String.format("seed %d, round %d: %s", SEED, round, what);
      try {
        Set<String> bad = judge(copy, told);
        failedToOpen += bad == null ? 1 : 0;
        lostReads += bad == null ? 0 : bad.size();
        repair(copy, bad, told);
      } catch (RuntimeException | IOException e) {
        throw new AssertionError(told, e);
      } finally {
        ScratchDirectory.delete(copy);
      }
    }
    System.out.printf(
        "BitRotTest: seed %d, %d damages of %s, %d kept the store from opening, %d files not read%n",
        SEED, ROUNDS, sound.getFileName(), failedToOpen, lostReads);
  }

  private String rot(Path file) throws IOException {
    long size = Files.size(file);
    long at = size == 0 ? 0 : (long) (random.nextDouble() * size);
    int how = random.nextInt(10);
    if (how == 0) {
      Files.delete(file);
      return "deleted " + file;
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (how == 1) {
        channel.truncate(at);
        return "cut off at " + at + " " + file;
      }
      if (how == 2) {
        byte[] rubbish = new byte[1 + random.nextInt(5_000)];
        random.nextBytes(rubbish);
        int length = (int) Math.min(rubbish.length, size - at);
        channel.write(ByteBuffer.wrap(rubbish, 0, length), at);
        return "overwrote " + length + " bytes from " + at + " of " + file;
      }
      if (size == 0) {
        channel.write(ByteBuffer.wrap(new byte[] {1}), 0);
        return "wrote into " + file;
      }
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8)));
      channel.write(one.flip(), at);
      return "flipped a bit at " + at + " of " + size + " of " + file;
    }
  }

  /** What cannot be read, all of which has to be found; null when the store does not open. */
  private Set<String> judge(Path directory, String told) throws IOException {
    Set<String> bad;
    try (Store store = StoreFixture.open(directory)) {
      bad = unreadable(store.tree(), false, told);
    } catch (IOException e) {
      assertThat(e.getMessage()).as(told).isNotEmpty();
      return null;
    }
    if (!bad.isEmpty()) {
      List<StoreFinding> found = found(directory);
      assertThat(found).as(told + ": not found, although " + bad + " cannot be read").isNotEmpty();
      Set<String> named = new TreeSet<>();
      found.forEach(finding -> named.addAll(finding.paths()));
      boolean general = found.stream().anyMatch(finding -> finding.paths().isEmpty());
      if (!general) {
        assertThat(named).as(told + ": " + found).containsAll(bad);
      }
    }
    return bad;
  }

  private static List<StoreFinding> found(Path directory) throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    try (Store store = StoreFixture.open(directory)) {
      store.check(heard);
      store.scrub(ScrubOptions.DEFAULT, heard);
    }
    return heard.findings;
  }

  private Set<String> unreadable(Tree tree, boolean maybeOlder, String told) {
    Set<String> bad = new TreeSet<>();
    for (Map.Entry<String, byte[]> each : contents.entrySet()) {
      try {
        byte[] found = read(tree, each.getKey());
        boolean right = Arrays.equals(found, each.getValue());
        List<byte[]> older = maybeOlder ? before.getOrDefault(each.getKey(), List.of()) : List.of();
        assertThat(right || older.stream().anyMatch(bytes -> Arrays.equals(found, bytes)))
            .as("%s: wrong bytes in %s", told, each.getKey())
            .isTrue();
      } catch (IOException e) {
        bad.add(each.getKey());
      }
    }
    return bad;
  }

  private static byte[] read(Tree tree, String path) throws IOException {
    PathLookup at = tree.lookup(InodeNumber.ROOT, bytes(path), true);
    if (at.inode() == null) {
      throw new IOException("no " + path);
    }
    try (OpenFile file = tree.open(at.inode().number())) {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(16 << 20, file.sizeBytes()));
      int read = 1;
      while (buffer.hasRemaining() && read > 0) {
        read = file.read(buffer.position(), buffer);
      }
      return Arrays.copyOf(buffer.array(), buffer.position());
    }
  }

  /**
   * After a repair the store opens, only lost bytes are left, and what was read before still is. A
   * store that says that nothing of it can be saved is the exception.
   */
  private void repair(Path directory, Set<String> bad, String told) throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    try {
      Store.repair(directory, StoreFixture.options().build(), heard);
    } catch (StoreException e) {
      assertThat(bad).as(told + ": " + e.getMessage()).isNull();
      assertThat(e).hasMessageMatching(".*(from a copy|newer).*");
      return;
    }
    List<StoreFinding> left = found(directory);
    assertThat(left).as(told).extracting(StoreFinding::kind).allMatch(LOST::contains);
    try (Store store = StoreFixture.open(directory)) {
      Set<String> still = unreadable(store.tree(), bad == null, told);
      if (bad != null) {
        assertThat(bad).as(told + ": could be read before the repair").containsAll(still);
      }
    }
  }
}
