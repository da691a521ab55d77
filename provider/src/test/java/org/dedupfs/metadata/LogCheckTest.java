package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dedupfs.testing.ChildJvm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kill and a power cut leave of a log passes; what rot leaves of it does not. */
class LogCheckTest {
  private static final int COMMITS = 6;
  private static final int ROUNDS = Boolean.getBoolean("dedupfs.long") ? 20_000 : 300;
  private static final int SECTOR = 512;
  private static final long LONG_LOG_BYTES = 1L << 30;

  private final Random random = new Random(Seeds.next());

  @TempDir Path temp;
  private Path killed;
  private Path database;
  private Path log;
  private Path mark;

  /** The log after each commit. */
  private final List<byte[]> logs = new ArrayList<>();

  @BeforeEach
  void kill() throws IOException {
    Path directory = Files.createDirectory(temp.resolve("store"));
    killed = Files.createDirectory(temp.resolve("killed"));
    database = killed.resolve("metadata.sqlite");
    log = killed.resolve("metadata.sqlite-wal");
    mark = killed.resolve("metadata.sqlite-mark");
    SqliteMetadataStore.create(directory, SqliteOptions.DEFAULT).close();
    try (MetadataStore store = SqliteMetadataStore.open(directory, SqliteOptions.DEFAULT)) {
      for (int i = 0; i < COMMITS; i++) {
        MetadataBatch batch = new MetadataBatch();
        for (int inode = 0; inode < 60; inode++) {
          batch.put(Rows.inode(2 + inode + 50L * i, i));
        }
        store.commit(batch.put(new Property("commit", Integer.toString(i))));
        logs.add(Files.readAllBytes(directory.resolve("metadata.sqlite-wal")));
      }
      awaitMark(directory);
      for (String name :
          List.of("metadata.sqlite", "metadata.sqlite-wal", "metadata.sqlite-mark")) {
        Files.copy(directory.resolve(name), killed.resolve(name));
      }
    }
    assertThat(mark).exists();
  }

  /** As far as the log goes now. */
  private static void awaitMark(Path directory) throws IOException {
    int frames = frames(Files.readAllBytes(directory.resolve("metadata.sqlite-wal")));
    LogMark found = LogMark.read(directory.resolve("metadata.sqlite"));
    while (found == null || found.frames() < frames) {
      Thread.onSpinWait();
      found = LogMark.read(directory.resolve("metadata.sqlite"));
    }
    assertThat(found.frames()).isEqualTo(frames);
    assertThat(found.synced()).isTrue();
  }

  private static int frames(byte[] bytes) {
    return (bytes.length - SqliteLog.HEADER_BYTES) / SqliteLog.FRAME_BYTES;
  }

  private static long at(int frame) {
    return SqliteLog.HEADER_BYTES + (long) frame * SqliteLog.FRAME_BYTES;
  }

  private byte[] whole() {
    return logs.get(COMMITS - 1);
  }

  /** A mark that knows of nothing but that there is a log. */
  private void markOnlyBegun() throws IOException {
    LogMark found = LogMark.read(database);
    assertThat(found).isNotNull();
    new LogMark(true, true, found.salts(), 0, 0).write(database);
  }

  private void assertDamaged(String... words) {
    assertThatThrownBy(() -> LogCheck.requireSound(database))
        .isInstanceOf(MetadataDamagedException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining("repair")
        .hasMessageContaining("copy");
  }

  private void assertCommitted(int commit) throws IOException {
    LogCheck.requireSound(database);
    try (MetadataStore store = SqliteMetadataStore.open(killed, SqliteOptions.DEFAULT)) {
      Property property = store.get(RowKey.property("commit"));
      assertThat(property).isEqualTo(new Property("commit", Integer.toString(commit)));
    }
    assertThat(log).doesNotExist();
    assertThat(mark).doesNotExist();
  }

  @Test
  void what_a_kill_leaves_is_sound() throws IOException {
    assertCommitted(COMMITS - 1);
  }

  @Test
  void each_flipped_bit_is_found_and_put_right_even_in_the_last_commit_without_a_mark()
      throws IOException {
    byte[] sound = whole();
    for (int i = 0; i < 256 + 2 * ROUNDS; i++) {
      int at = i < 8 * 32 ? i / 8 : random.nextInt(sound.length);
      if (i >= 256 && i % 3 == 0) {
        // frame headers, and the last frame, are met rarely
        at = (int) at(random.nextInt(frames(sound))) + random.nextInt(24);
      }
      byte[] rotten = sound.clone();
      rotten[at] ^= (byte) (1 << (i < 256 ? i % 8 : random.nextInt(8)));
      Files.write(log, rotten);
      if (i % 2 == 0) {
        Files.deleteIfExists(mark);
      } else {
        new LogMark(true, true, 0, 0, 0).write(database);
      }
      assertDamaged(log.toString());
      // The highest bits of words are found, but not where they are.
      boolean mended = !LogCheck.mend(database).isEmpty();
      assertThat(mended || at % 4 >= 2 || at > at(frames(sound) - 1)).as("byte %d", at).isTrue();
      byte[] expected = mended ? sound : rotten;
      assertThat(Arrays.equals(Files.readAllBytes(log), expected)).as("byte %d", at).isTrue();
    }
    Files.write(log, sound);
    Files.delete(mark);
    assertCommitted(COMMITS - 1);
  }

  @Test
  void a_commit_that_was_under_way_leaves_any_of_its_sectors() throws IOException {
    markOnlyBegun();
    byte[] before = logs.get(COMMITS - 2);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] torn = i % 2 == 0 ? whole().clone() : Arrays.copyOf(whole(), whole().length + 9_000);
      boolean earlier = random.nextBoolean();
      int unit = random.nextBoolean() ? SECTOR : 8 * SECTOR;
      for (int at = before.length; at < whole().length; at++) {
        boolean begins = at == before.length || at % unit == 0;
        if (begins && random.nextInt(3) == 0) {
          for (int end = Math.min(whole().length, (at / unit + 1) * unit); at < end; at++) {
            // as an earlier beginning of the log had left it, or never written
            torn[at] = earlier && at >= 50_000 ? whole()[at - 41_200] : 0;
          }
          at--;
        }
      }
      Files.write(log, torn);
      LogCheck.requireSound(database);
    }
  }

  @Test
  void sectors_that_are_lost_within_what_was_acknowledged_are_damage() throws IOException {
    markOnlyBegun();
    int acknowledged = logs.get(COMMITS - 2).length;
    for (int i = 0; i < ROUNDS / 2; i++) {
      byte[] rotten = whole().clone();
      int at = SqliteLog.HEADER_BYTES + random.nextInt(acknowledged - SqliteLog.HEADER_BYTES);
      int from = at / SECTOR * SECTOR;
      for (int b = Math.max(from, SqliteLog.HEADER_BYTES); b < from + SECTOR; b++) {
        rotten[b] = (byte) random.nextInt();
      }
      Files.write(log, rotten);
      assertDamaged("whole commits are behind");
    }
  }

  @Test
  void without_sync_commits_may_be_lost_before_others() throws IOException {
    LogMark found = LogMark.read(database);
    assertThat(found).isNotNull();
    new LogMark(false, true, found.salts(), 0, 0).write(database);
    byte[] torn = whole().clone();
    Arrays.fill(torn, (int) at(1), (int) at(2), (byte) 0);
    Files.write(log, torn);
    LogCheck.requireSound(database);
  }

  @Test
  void a_log_that_was_cut_off_emptied_or_deleted_is_damage() throws IOException {
    for (int length : new int[] {0, 20, 32, 1_000, logs.get(2).length, whole().length - 1}) {
      Files.write(log, Arrays.copyOf(whole(), length));
      assertDamaged(log.toString());
      assertThatThrownBy(() -> SqliteMetadataStore.open(killed, SqliteOptions.DEFAULT))
          .isInstanceOf(MetadataDamagedException.class);
      assertThat(Files.size(log)).isEqualTo(length);
    }
    Files.delete(log);
    assertDamaged(log.toString(), "missing");
    assertThat(LogCheck.mend(database)).isEmpty();
  }

  @Test
  void a_header_that_is_lost_is_damage() throws IOException {
    byte[] rotten = whole().clone();
    Arrays.fill(rotten, 0, 32, (byte) 7);
    Files.write(log, rotten);
    assertDamaged("first bytes");
    Files.delete(mark);
    LogCheck.requireSound(database); // as a log looks that was begun just before a power cut
  }

  @Test
  void a_log_of_an_earlier_time_is_damage() throws IOException {
    LogMark found = LogMark.read(database);
    assertThat(found).isNotNull();
    new LogMark(true, true, found.salts() + (1L << 32), 0, 0).write(database);
    assertDamaged("not the one");
    new LogMark(true, true, found.salts() - (1L << 32), 1_000_000, 0).write(database);
    assertCommitted(COMMITS - 1);
  }

  @Test
  void a_damaged_mark_is_no_damage_unless_there_is_no_log() throws IOException {
    byte[] sound = Files.readAllBytes(mark);
    for (int i = 0; i < sound.length; i++) {
      byte[] rotten = sound.clone();
      rotten[i] ^= 4;
      Files.write(mark, rotten);
      LogCheck.requireSound(database);
    }
    Files.write(mark, new byte[3]);
    assertCommitted(COMMITS - 1);
  }

  @Test
  void what_a_torn_commit_left_is_not_behind_the_next_opening() throws IOException {
    Files.delete(mark);
    byte[] torn = whole().clone();
    Arrays.fill(torn, (int) at(frames(logs.get(0))), (int) at(frames(logs.get(0)) + 1), (byte) 0);
    Files.write(log, torn);
    Path again = Files.createDirectory(temp.resolve("again"));
    try (MetadataStore store = SqliteMetadataStore.open(killed, SqliteOptions.DEFAULT)) {
      store.commit(new MetadataBatch().put(new Property("commit", "7")));
      awaitMark(killed);
      for (Path file : List.of(database, log, mark)) {
        Files.copy(file, again.resolve(file.getFileName().toString()));
      }
    }
    LogCheck.requireSound(again.resolve("metadata.sqlite"));
  }

  @Test
  void a_log_that_grew_long_is_emptied_and_begun_again() throws IOException {
    try (MetadataStore store = SqliteMetadataStore.open(killed, SqliteOptions.DEFAULT)) {
      MetadataBatch huge = new MetadataBatch();
      for (int i = 0; i < 40; i++) {
        huge.put(new JournalEntry(1 + i, new byte[1 << 20]));
      }
      store.commit(huge);
      while (Files.size(log) > 0) {
        Thread.onSpinWait();
      }
      LogMark found = LogMark.read(database);
      assertThat(found).isEqualTo(new LogMark(true, false, 0, 0, 0));
      LogCheck.requireSound(database);
      store.commit(new MetadataBatch().put(new Property("commit", "8")));
      awaitMark(killed);
    }
    assertCommitted(8);
  }

  @Test
  void whole_frames_behind_a_damaged_one_are_saved() throws IOException {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[SECTOR]), at(0) + SECTOR);
    }
    assertDamaged(log.toString());
    SqliteSalvage.Result result = SqliteSalvage.run(killed);
    assertThat(result.certain()).isFalse();
    assertThat(mark).doesNotExist();
    try (MetadataStore store = SqliteMetadataStore.open(killed, SqliteOptions.DEFAULT)) {
      assertThat(store.get(RowKey.property("commit")))
          .isEqualTo(new Property("commit", Integer.toString(COMMITS - 1)));
      assertThat(store.get(RowKey.inode(Rows.number(300)))).isEqualTo(Rows.inode(300, 5));
    }
  }

  /** A long check beside busy writers makes it so long. */
  @Test
  void a_log_of_gigabytes_takes_little_heap() throws IOException {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), LONG_LOG_BYTES);
    }
    List<String> options = List.of("-Xmx10m", "-cp", System.getProperty("java.class.path"));
    try (ChildJvm child =
        ChildJvm.start(List.of(), options, LogReader.class, database.toString(), log.toString())) {
      assertThat(child.await("pages ")).isNotEqualTo("0");
    }
  }

  private Path copy(Path from) throws IOException {
    Path to = Files.createTempDirectory(temp, "copy");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
      for (Path file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  private static void assertHolds(Path directory, int commit) throws IOException {
    try (MetadataStore store = SqliteMetadataStore.open(directory, SqliteOptions.DEFAULT)) {
      assertThat(store.get(RowKey.property("commit")))
          .isEqualTo(new Property("commit", Integer.toString(commit)));
    }
  }

  /** As a repair does after each round. */
  @Test
  void a_kill_after_the_log_was_shortened_leaves_a_sound_store() throws IOException {
    try (MetadataStore store = SqliteMetadataStore.open(killed, SqliteOptions.DEFAULT)) {
      for (int i = 20; i < 24; i++) {
        store.commit(new MetadataBatch().put(new Property("commit", Integer.toString(i))));
        awaitMark(killed);
        store.shortenLog();
        assertHolds(copy(killed), i);
        store.commit(new MetadataBatch().put(new Property("commit", Integer.toString(i + 100))));
        assertHolds(copy(killed), i + 100);
      }
    }
  }

  /** Another program, or an opening that fails for another reason, may do that. */
  @Test
  void a_log_that_was_merged_by_others_is_not_missed() throws Exception {
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = other.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    assertThat(log).doesNotExist();
    assertThat(mark).exists();
    assertHolds(killed, COMMITS - 1);
  }

  @Test
  void an_older_copy_beside_the_mark_is_refused_and_the_mark_named() throws IOException {
    Files.delete(log);
    assertDamaged("is missing", mark.toString());
  }
}
