package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.blocks.PagedLiveSet;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CommitTest {
  private ContentFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new ContentFixture(ChunkingScheme.parse("cdc:64k"), 64 << 20);
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private InodeNumber fileWith(String text) throws IOException {
    InodeNumber inode = fixture.createFile();
    write(inode, text);
    return inode;
  }

  private void write(InodeNumber inode, String text) throws IOException {
    FileContent file = fixture.content().acquire(inode);
    file.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    fixture.content().release(file);
  }

  private void sync(InodeNumber inode) throws IOException {
    FileContent file = fixture.content().acquire(inode);
    fixture.content().sync(file);
    fixture.content().release(file);
  }

  private String text(InodeNumber inode) throws IOException {
    return new String(fixture.readAll(inode), StandardCharsets.UTF_8);
  }

  @Test
  void what_a_sync_acknowledged_survives_though_no_block_was_flushed() throws IOException {
    InodeNumber inode = fileWith("precious");
    sync(inode);
    assertThat(fixture.blocks().durableUpTo()).isZero();
    fixture.crash();
    assertThat(text(inode)).isEqualTo("precious");
  }

  @Test
  void a_sync_of_one_file_does_not_promise_another() throws IOException {
    InodeNumber one = fixture.createFile();
    fixture.content().syncNamespace();
    InodeNumber other = fileWith("durable");
    write(one, "not yet");
    sync(other);
    fixture.crash();
    assertThat(text(other)).isEqualTo("durable");
    assertThat(text(one)).isEmpty();
  }

  @Test
  void a_sync_makes_blocks_durable_that_another_file_put() throws IOException {
    String same = "the same bytes ".repeat(1000);
    InodeNumber first = fileWith(same);
    FileContent file = fixture.content().acquire(first);
    file.drain(true);
    fixture.content().release(file);
    InodeNumber second = fileWith(same);
    sync(second);
    fixture.crash();
    assertThat(text(second)).isEqualTo(same);
  }

  @Test
  void a_replacing_rename_is_never_committed_without_the_bytes() throws IOException {
    InodeNumber inode = fixture.createFile();
    fixture.content().syncNamespace();
    write(inode, "new version");
    try (Change change = fixture.live().begin()) {
      fixture.content().requireInNextCommit(inode);
      change.publish();
    }
    fixture.content().syncNamespace();
    fixture.crash();
    assertThat(text(inode)).isEqualTo("new version");
  }

  @Test
  void a_required_file_that_was_moved_and_forgotten_does_not_hold_up_commits() throws IOException {
    InodeNumber inode = fileWith("first");
    try (Change change = fixture.live().begin()) {
      fixture.content().requireInNextCommit(inode);
      change.publish();
    }
    InodeNumber clone = fixture.cloneFile(inode);
    // Moved by the clone, closed, and so forgotten; its writes are counted anew from here.
    text(inode);
    FileContent file = fixture.content().acquire(inode);
    fixture.content().syncNamespace();
    fixture.content().release(file);
    fixture.crash();
    assertThat(text(inode)).isEqualTo("first");
    assertThat(text(clone)).isEqualTo("first");
  }

  @Test
  void the_journal_is_emptied_once_its_blocks_are_flushed() throws IOException {
    InodeNumber inode = fileWith("one");
    sync(inode);
    assertThat(fixture.blocks().lastAssigned()).isPositive();
    assertThat(journal()).isOne();
    fixture.blocks().flush();
    write(inode, "two");
    fixture.content().syncNamespace();
    sync(inode);
    fixture.blocks().flush();
    write(inode, "three");
    sync(inode);
    assertThat(journal()).isOne();
  }

  private int journal() throws IOException {
    int entries = 0;
    for (JournalEntry entry :
        fixture.live().range(RowKey.journal(0), RowKey.journal(Long.MAX_VALUE), 100)) {
      assertThat(entry.record()).isNotEmpty();
      entries++;
    }
    return entries;
  }

  @Test
  void a_large_sync_flushes_instead_of_filling_the_journal() throws IOException {
    InodeNumber inode = fixture.createFile();
    FileContent file = fixture.content().acquire(inode);
    byte[] random = new byte[12 << 20];
    new java.util.SplittableRandom(1).nextBytes(random);
    file.append(ByteBuffer.wrap(random));
    fixture.content().sync(file);
    fixture.content().release(file);
    assertThat(journal()).isZero();
    fixture.crash();
    assertThat(fixture.readAll(inode)).isEqualTo(random);
  }

  @Test
  void closing_flushes_the_blocks_and_empties_the_journal() throws IOException {
    InodeNumber inode = fileWith("one");
    sync(inode);
    write(inode, "two");
    fixture.content().close();
    assertThat(journal()).isZero();
    assertThat(fixture.blocks().durableUpTo()).isEqualTo(fixture.blocks().lastAssigned());
    fixture.crash();
    assertThat(text(inode)).isEqualTo("onetwo");
  }

  @Test
  void closing_journals_what_cannot_be_flushed() throws IOException {
    InodeNumber inode = fileWith("precious");
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("flush")) {
            throw new IOException("no space left");
          }
        });
    fixture.content().close();
    fixture.onBlocks((method, arguments) -> {});
    assertThat(fixture.blocks().durableUpTo()).isZero();
    fixture.crash();
    assertThat(text(inode)).isEqualTo("precious");
  }

  @Test
  void after_a_failed_commit_every_write_and_sync_fails_and_reads_go_on() throws IOException {
    InodeNumber inode = fileWith("safe");
    sync(inode);
    write(inode, " lost");
    fixture.failCommits(new IOException("disk on fire"));
    assertThatThrownBy(() -> sync(inode)).hasStackTraceContaining("disk on fire");
    assertThatThrownBy(() -> sync(inode)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> write(inode, "x")).hasMessageContaining("read-only");
    assertThat(text(inode)).isEqualTo("safe lost");
    fixture.crash();
    assertThat(text(inode)).isEqualTo("safe");
  }

  @Test
  void bytes_beside_a_damaged_block_can_still_be_written() throws IOException {
    String old = "0123456789".repeat(2000);
    InodeNumber inode = fileWith(old);
    fixture.content().syncAll();
    fixture.blocks().flush();
    fixture.blocks().corrupt(fixture.blocks().stored().iterator().next());
    write(inode, "appended");
    fixture.reopen();
    FileContent file = fixture.content().acquire(inode);
    ByteBuffer tail = ByteBuffer.allocate(8);
    assertThat(file.read(old.length(), tail)).isEqualTo(8);
    assertThat(new String(tail.array(), StandardCharsets.UTF_8)).isEqualTo("appended");
    assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(10)))
        .isInstanceOf(DamagedContentException.class)
        .hasMessageContaining("bytes 0 to ");
    fixture.content().release(file);
  }

  @Test
  void a_file_that_meets_an_error_is_told_and_the_others_are_committed() throws IOException {
    InodeNumber unlucky = fileWith("unlucky");
    FileContent unluckyFile = fixture.content().acquire(unlucky);
    InodeNumber other = fixture.createFile();
    FileContent otherFile = fixture.content().acquire(other);
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("hash")) {
            fixture.onBlocks((any, all) -> {});
            throw new OutOfMemoryError("by request");
          }
        });
    unluckyFile.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThatThrownBy(() -> fixture.content().syncAll())
        .isInstanceOf(IOException.class)
        .hasRootCauseInstanceOf(OutOfMemoryError.class);
    otherFile.append(ByteBuffer.wrap("text".getBytes(StandardCharsets.UTF_8)));
    fixture.content().sync(otherFile);
    fixture.content().sync(unluckyFile);
    fixture.crash();
    assertThat(text(other)).isEqualTo("text");
    assertThat(fixture.readAll(unlucky)).hasSize(10).endsWith(1, 2, 3);
  }

  @Test
  void damaged_extents_of_one_file_do_not_keep_the_others_from_being_committed()
      throws IOException {
    InodeNumber damaged = fileWith("some text");
    fixture.content().syncAll();
    fixture.metadata().commit(new MetadataBatch().delete(RowKey.extents(damaged, 0)));
    fixture.reopen();
    write(damaged, "more of it");
    InodeNumber sound = fileWith("sound");
    assertThatThrownBy(() -> fixture.content().syncAll())
        .hasRootCauseInstanceOf(MetadataDamagedException.class);
    fixture.crash();
    assertThat(text(sound)).isEqualTo("sound");
    assertThatThrownBy(() -> fixture.readAll(damaged)).isInstanceOf(MetadataDamagedException.class);
  }

  /** Two files, one without its only page of extents and with "more of it" appended. */
  private InodeNumber damagedBeside(InodeNumber sound) throws IOException {
    InodeNumber damaged = fileWith("some text");
    fixture.content().syncAll();
    fixture.metadata().commit(new MetadataBatch().delete(RowKey.extents(damaged, 0)));
    fixture.reopen();
    write(damaged, "more of it");
    write(sound, "!");
    assertThatThrownBy(() -> fixture.content().syncAll())
        .hasRootCauseInstanceOf(MetadataDamagedException.class);
    return damaged;
  }

  @Test
  void a_file_that_cannot_be_stored_keeps_no_sweep_from_its_work() throws IOException {
    InodeNumber sound = fileWith("sound");
    InodeNumber damaged = damagedBeside(sound);
    assertThat(fixture.content().syncStorable()).isOne();
    assertThat(fixture.blocks().stored()).hasSize(4);
    fixture.sweep();
    // "sound" and "some text" are named no more
    assertThat(fixture.blocks().stored()).hasSize(2);
    FileContent file = fixture.content().acquire(damaged);
    ByteBuffer tail = ByteBuffer.allocate(10);
    assertThat(file.read(9, tail)).isEqualTo(10);
    assertThat(new String(tail.array(), StandardCharsets.UTF_8)).isEqualTo("more of it");
    assertThatThrownBy(() -> fixture.content().release(file)).hasMessageContaining("stored");
    fixture.crash();
    assertThat(text(sound)).isEqualTo("sound!");
  }

  @Test
  void truncating_a_damaged_file_to_nothing_heals_it() throws IOException {
    InodeNumber sound = fileWith("sound");
    InodeNumber damaged = damagedBeside(sound);
    FileContent file = fixture.content().acquire(damaged);
    file.setSize(0);
    file.append(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8)));
    fixture.content().sync(file);
    fixture.content().release(file);
    assertThat(text(damaged)).isEqualTo("new");
    fixture.content().syncAll();
    fixture.checkExtents();
    assertThat(fixture.live().counter(Counter.LOGICAL_BYTES)).isEqualTo(9);
    fixture.crash();
    assertThat(text(damaged)).isEqualTo("new");
    assertThat(text(sound)).isEqualTo("sound!");
  }

  @Test
  void what_is_behind_the_new_end_of_a_damaged_file_does_not_heal_it() throws IOException {
    InodeNumber damaged = damagedBeside(fileWith("sound"));
    FileContent file = fixture.content().acquire(damaged);
    file.setSize(3);
    assertThatThrownBy(() -> fixture.content().sync(file)).hasMessageContaining("extents of");
    assertThatThrownBy(() -> fixture.content().release(file)).hasMessageContaining("stored");
    fixture.crash();
  }

  @Test
  void journal_rows_do_not_stay_whenever_the_mark_of_durable_blocks_moves_during_a_commit()
      throws IOException {
    InodeNumber inode = fixture.createFile();
    for (int round = 1; round <= 12; round++) {
      write(inode, "journaled " + round);
      sync(inode);
      write(inode, "and more " + round);
      int[] left = {round};
      fixture.onBlocks(
          (method, arguments) -> {
            if (method.equals("durableUpTo") && --left[0] == 0) {
              fixture.blocks().flush();
            }
          });
      sync(inode);
      fixture.onBlocks((method, arguments) -> {});
    }
    fixture.blocks().flush();
    write(inode, "last");
    sync(inode);
    assertThat(journal()).as("only what is not durable").isOne();
  }

  @Test
  void a_source_that_cannot_be_stored_keeps_no_other_file_from_being_committed()
      throws IOException {
    InodeNumber source = fileWith("some text");
    fixture.content().syncAll();
    fixture.metadata().commit(new MetadataBatch().delete(RowKey.extents(source, 0)));
    fixture.reopen();
    FileContent file = fixture.content().acquire(source);
    file.append(ByteBuffer.wrap(new byte[100]));
    try (Change change = fixture.live().begin()) {
      fixture.content().requireInNextCommit(source);
      change.publish();
    }
    InodeNumber other = fileWith("other");
    sync(other);
    assertThatThrownBy(() -> fixture.content().sync(file)).hasMessageContaining("extents of");
    assertThatThrownBy(() -> file.append(ByteBuffer.wrap(new byte[1])))
        .hasMessageContaining("cannot be stored");
    assertThatThrownBy(file::checkWritten).hasMessageContaining("cannot be stored");
    assertThatThrownBy(() -> fixture.content().release(file))
        .hasMessageContaining("cannot be stored");
    ByteBuffer tail = ByteBuffer.allocate(100);
    assertThat(file.read(9, tail)).as("it can still be read").isEqualTo(100);
    fixture.crash();
    assertThat(text(other)).isEqualTo("other");
  }

  @Test
  void while_the_block_store_fails_a_replacing_rename_is_not_committed() throws IOException {
    InodeNumber source = fixture.createFile();
    fixture.content().syncNamespace();
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("put")) {
            throw new IOException("no space left");
          }
        });
    write(source, "text");
    try (Change change = fixture.live().begin()) {
      change.put(new Property("renamed", "yes"));
      fixture.content().requireInNextCommit(source);
      change.publish();
    }
    assertThatThrownBy(() -> fixture.content().syncNamespace())
        .hasMessageContaining("no space left");
    assertThat(fixture.metadata().get(RowKey.property("renamed"))).isNull();
    fixture.onBlocks((method, arguments) -> {});
    fixture.content().syncNamespace();
    fixture.crash();
    assertThat(text(source)).isEqualTo("text");
  }

  @Test
  void a_clone_has_what_was_written_when_it_was_prepared_whatever_is_written_since()
      throws IOException {
    InodeNumber source = fileWith("before");
    fixture.content().prepareClone(source);
    write(source, " and after");
    Inode clone;
    try (Change change = fixture.live().begin()) {
      clone =
          fixture
              .content()
              .cloneInto(
                  change,
                  source,
                  new Inode.Builder(change.newInodeNumber())
                      .mode(FileType.REGULAR.modeBits() | 0600)
                      .nlink(1)
                      .build());
      change.put(clone);
      change.publish();
    }
    assertThat(text(clone.number())).isEqualTo("before");
    assertThat(text(source)).isEqualTo("before and after");
    fixture.content().syncAll();
    fixture.crash();
    assertThat(text(clone.number())).isEqualTo("before");
    assertThat(text(source)).isEqualTo("before and after");
  }

  @Test
  void a_read_that_is_overtaken_by_sweeps_again_and_again_is_no_damage() throws IOException {
    InodeNumber inode = fileWith("version 0");
    fixture.content().syncAll();
    int[] version = {0};
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("read") && version[0] < 3) {
            version[0]++;
            overwriteAndSweep(inode, "version " + version[0]);
          }
        });
    assertThat(text(inode)).isEqualTo("version 3");
    assertThat(fixture.blocks().damaged()).isEmpty();
  }

  /** Deletes all blocks but those that the file has now. */
  private void overwriteAndSweep(InodeNumber inode, String text) throws IOException {
    LiveSet live = new PagedLiveSet();
    BlockId below = new BlockId(fixture.blocks().lastAssigned() + 1);
    fixture.blocks().beginMark(live);
    FileContent file = fixture.content().acquire(inode);
    file.setSize(0);
    file.write(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    fixture.content().sync(file);
    fixture.content().release(file);
    fixture.blocks().sweep(below, id -> {});
    fixture.blocks().endMark();
  }

  /** See also {@link CdcRechunkerTest}: what is being cut may go at any moment. */
  @Test
  @Timeout(60)
  void a_file_that_is_purged_while_it_is_cut_is_let_go() throws IOException {
    InodeNumber inode = fixture.createFile();
    FileContent file = fixture.content().acquire(inode);
    byte[] bytes = new byte[60_000];
    new java.util.SplittableRandom(1).nextBytes(bytes);
    file.write(0, ByteBuffer.wrap(bytes));
    fixture.content().sync(file);
    fixture.content().release(file);
    fixture.reopen();
    FileContent again = fixture.content().acquire(inode);
    again.write(49_811, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    boolean[] purged = {false};
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("read") && !purged[0]) {
            purged[0] = true;
            fixture.content().discard(inode);
          }
        });
    fixture.content().sync(again);
    fixture.onBlocks((method, arguments) -> {});
    assertThat(purged[0]).isTrue();
    assertThat(again.sizeBytes()).isZero();
  }
}
