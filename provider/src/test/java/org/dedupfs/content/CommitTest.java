package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.blocks.PagedLiveSet;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CommitTest extends TextFiles {
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
  void a_write_that_is_cut_during_a_commit_is_never_committed_in_part() throws Exception {
    for (String call : new String[] {"durableUpTo", "record"}) {
      try (ContentFixture cdc = new ContentFixture(ChunkingScheme.parse("cdc:4k"), 8 << 20)) {
        InodeNumber inode = cdc.createFile();
        cdc.content().syncNamespace();
        FileContent file = cdc.content().acquire(inode);
        byte[] before = random(1, 100_000);
        byte[] after = random(2, 90_000);
        file.write(0, ByteBuffer.wrap(before));
        AtomicBoolean wrote = new AtomicBoolean();
        cdc.onBlocks(
            (method, arguments) -> {
              if (method.equals(call) && wrote.compareAndSet(false, true)) {
                file.write(5_000, ByteBuffer.wrap(after));
                file.drain(false); // as a writer does who has filled a segment
              }
            });
        cdc.content().sync(file);
        cdc.onBlocks((method, arguments) -> {});
        assertThat(wrote).isTrue();
        cdc.crash();
        byte[] both = before.clone();
        System.arraycopy(after, 0, both, 5_000, after.length);
        assertThat(cdc.readAll(inode))
            .satisfiesAnyOf(
                found -> assertThat(found).isEqualTo(before),
                found -> assertThat(found).isEqualTo(both));
      }
    }
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
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

  @Test
  void what_was_journaled_before_a_crash_survives_the_next_one_and_leaves_when_it_is_durable()
      throws IOException {
    InodeNumber inode = fileWith("precious");
    sync(inode);
    for (int crash = 0; crash < 3; crash++) {
      fixture.crash();
      assertThat(fixture.blocks().durableUpTo()).isZero();
      fixture.content().syncAll();
      assertThat(journal()).isOne();
      assertThat(text(inode)).isEqualTo("precious");
    }
    fixture.content().start();
    while (journal() > 0) {
      Thread.onSpinWait();
    }
    assertThat(fixture.blocks().durableUpTo()).isPositive();
    fixture.crash();
    assertThat(journal()).isZero();
    assertThat(text(inode)).isEqualTo("precious");
  }

  @Test
  void the_journal_is_emptied_though_nothing_is_changed_any_more() throws IOException {
    InodeNumber inode = fileWith("one");
    sync(inode);
    fixture.content().syncAll();
    assertThat(fixture.content().hasUncommitted()).isFalse();
    assertThat(journal()).isOne();
    fixture.blocks().flush();
    assertThat(fixture.content().hasUncommitted()).isTrue();
    fixture.content().syncAll();
    assertThat(fixture.content().hasUncommitted()).isFalse();
    assertThat(journal()).isZero();
  }

  @Test
  void very_many_small_records_are_flushed_instead_of_filling_the_journal() throws IOException {
    List<InodeNumber> files = new ArrayList<>();
    int most = 0;
    for (int i = 0; i < JournalStaging.JOURNAL_RECORDS * 5 / 4; i++) {
      files.add(fileWith("text " + i));
      if (i % 10_000 == 0) {
        fixture.content().syncAll();
        most = Math.max(most, journal());
      }
    }
    fixture.content().syncAll();
    assertThat(Math.max(most, journal())).isLessThanOrEqualTo(JournalStaging.JOURNAL_RECORDS);
    assertThat(most).isGreaterThan(JournalStaging.JOURNAL_RECORDS / 2);
    fixture.crash();
    for (int i = 0; i < files.size(); i += 1_000) {
      assertThat(text(files.get(i))).isEqualTo("text " + i);
    }
  }

  private int journal() throws IOException {
    int entries = 0;
    for (JournalEntry entry :
        fixture
            .live()
            .range(RowKey.journal(0), RowKey.journal(Long.MAX_VALUE), Integer.MAX_VALUE)) {
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
    fixture.content().clones().prepare(source);
    write(source, " and after");
    Inode clone;
    try (Change change = fixture.live().begin()) {
      clone =
          fixture
              .content()
              .clones()
              .into(
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
    again.write(49_811, ByteBuffer.wrap(new byte[9_000])); // too long for a block of its own
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
