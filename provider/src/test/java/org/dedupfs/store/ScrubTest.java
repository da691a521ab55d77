package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.unlink;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.ScrubOptions;
import org.dedupfs.ScrubSummary;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All blocks are read, what is damaged is named, and a scrub goes on where it was stopped. */
class ScrubTest {
  private static final int LENGTH = 900_000;
  private static final byte[] SHARED = random(1, LENGTH);

  @TempDir Path temp;
  private DamagedStore store;

  @BeforeEach
  void fill() throws IOException {
    store = new DamagedStore(temp.resolve("store"));
    try (Store open = StoreFixture.create(store.directory())) {
      write(open.tree(), "/first", SHARED);
      write(open.tree(), "/second", SHARED);
      InodeNumber second =
          open.tree().lookup(InodeNumber.ROOT, bytes("/second"), true).inode().number();
      open.tree().link(second, InodeNumber.ROOT, FileName.of("third"));
      write(open.tree(), "/sound", bytes("sound"));
    }
  }

  private void flipInBlocks() throws IOException {
    Path table = store.tableOf("blocks");
    DamagedStore.flip(table, Files.size(table) / 2);
  }

  @Test
  void a_sound_store_is_read_whole() throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    try (Store open = StoreFixture.open(store.directory())) {
      ScrubSummary summary = open.scrub(ScrubOptions.DEFAULT, heard);
      assertThat(summary)
          .isEqualTo(
              new ScrubSummary(
                  open.statistics().blocks(), open.statistics().storedBytes(), 0, 0, false));
    }
    assertThat(heard.findings).isEmpty();
  }

  @Test
  void a_flipped_bit_is_named_with_all_files_and_ranges_and_the_same_data_heals_it()
      throws IOException {
    flipInBlocks();
    List<StoreFinding> found = store.scrub();
    assertThat(found).hasSize(2).extracting(StoreFinding::kind).containsOnly(Kind.BLOCK_DAMAGED);
    assertThat(found)
        .extracting(StoreFinding::paths)
        .satisfiesExactly(
            first -> assertThat(first).containsExactly("/first"),
            second -> assertThat(second).containsExactlyInAnyOrder("/second", "/third"));
    StoreFinding one = found.get(0);
    assertThat(one.block()).isPositive().isEqualTo(found.get(1).block());
    assertThat(one.offsetBytes()).isPositive().isEqualTo(found.get(1).offsetBytes());
    assertThat(one.lengthBytes()).isBetween(1L, 1L << 18);
    // The check knows what the scrub has found, in a later opening.
    assertThat(store.check()).containsExactlyElementsOf(found);
    try (Store open = StoreFixture.open(store.directory())) {
      assertThatThrownBy(() -> read(open.tree(), "/first"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged");
      assertThat(read(open.tree(), "/sound")).isEqualTo(bytes("sound"));
      write(open.tree(), "/again", SHARED);
      open.syncAll();
      assertThat(read(open.tree(), "/first")).isEqualTo(SHARED);
    }
    assertThat(store.scrub()).isEmpty();
    assertThat(store.check()).isEmpty();
  }

  @Test
  void a_damaged_block_that_no_file_needs_is_told_and_never_found_again() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      for (String name : new String[] {"/first", "/second", "/third"}) {
        unlink(open.tree(), name);
      }
    }
    flipInBlocks();
    assertThat(store.scrub())
        .hasSize(1)
        .allSatisfy(
            found -> {
              assertThat(found.kind()).isEqualTo(Kind.BLOCK_DAMAGED);
              assertThat(found.paths()).isEmpty();
              assertThat(found.text()).contains("no file needs it");
            });
    try (Store open = StoreFixture.open(store.directory())) {
      write(open.tree(), "/again", SHARED);
      open.syncAll();
      assertThat(read(open.tree(), "/again")).isEqualTo(SHARED);
    }
    assertThat(store.scrub()).isEmpty();
  }

  /** Stops after the first step. */
  private static final class Stopping implements MaintenanceListener {
    @Override
    public void found(StoreFinding finding) {}

    @Override
    public void progress(Phase phase, long done, long total) throws InterruptedException {
      if (phase == Phase.BLOCKS) {
        throw new InterruptedException();
      }
    }
  }

  private void stopOnce() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      assertThatThrownBy(() -> open.scrub(ScrubOptions.DEFAULT, new Stopping()))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void a_scrub_that_was_stopped_goes_on_in_a_later_opening_and_forgets_nothing()
      throws IOException {
    DamagedStore.flip(store.tableOf("blocks"), 100_000); // in the first step
    try (Store open = StoreFixture.open(store.directory())) {
      for (int i = 0; i < 200; i++) {
        write(open.tree(), "/small" + i, random(100 + i, 700));
      }
    }
    stopOnce();
    DamagedStore.Heard heard = new DamagedStore.Heard();
    try (Store open = StoreFixture.open(store.directory())) {
      long[] first = {-1};
      ScrubSummary summary =
          open.scrub(
              ScrubOptions.DEFAULT,
              new DamagedStore.Heard() {
                @Override
                public void found(StoreFinding finding) {
                  heard.found(finding);
                }

                @Override
                public void progress(Phase phase, long done, long total) {
                  first[0] = first[0] < 0 ? done : first[0];
                }
              });
      assertThat(summary.resumed()).isTrue();
      assertThat(summary.blocks()).isEqualTo(open.statistics().blocks());
      assertThat(summary.damagedBlocks()).isEqualTo(1);
      assertThat(summary.damagedFiles()).isEqualTo(2);
      assertThat(first[0]).as("progress goes on, too").isGreaterThan(LENGTH / 2);
      assertThat(heard.findings).isNotEmpty();
      assertThat(open.scrub(ScrubOptions.DEFAULT, heard).resumed()).isFalse();
    }
  }

  @Test
  void a_scrub_that_was_stopped_is_begun_anew_when_asked_to() throws IOException {
    stopOnce();
    try (Store open = StoreFixture.open(store.directory())) {
      ScrubOptions anew = ScrubOptions.DEFAULT.withRestart(true);
      assertThat(open.scrub(anew, new DamagedStore.Heard()).resumed()).isFalse();
    }
  }

  @Test
  void a_store_that_is_only_read_can_be_scrubbed() throws IOException {
    flipInBlocks();
    DamagedStore.Heard heard = new DamagedStore.Heard();
    StoreOptions reading = StoreFixture.options().readOnly(true).build();
    try (Store open = Store.open(store.directory(), reading)) {
      assertThat(open.scrub(ScrubOptions.DEFAULT, heard).damagedBlocks()).isEqualTo(1);
    }
    assertThat(heard.findings).hasSize(2);
  }

  @Test
  void a_scrub_is_held_to_a_rate() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      ScrubOptions slow = ScrubOptions.DEFAULT.withBytesPerSecond(3_000_000);
      long start = System.nanoTime();
      ScrubSummary summary = open.scrub(slow, new DamagedStore.Heard());
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(summary.storedBytes() / seconds).isLessThan(3_000_000);
    }
  }

  @Test
  void work_goes_on_during_a_scrub_and_a_sweep_waits_for_it() throws Exception {
    try (Store open = StoreFixture.open(store.directory())) {
      Thread[] sweeper = new Thread[1];
      MaintenanceListener working =
          new DamagedStore.Heard() {
            @Override
            public void progress(Phase phase, long done, long total) {
              try {
                if (sweeper[0] == null) {
                  unlink(open.tree(), "/first");
                  write(open.tree(), "/second", random(7, 100_000));
                  sweeper[0] = new Thread(() -> sweep(open));
                  sweeper[0].start();
                }
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            }
          };
      assertThat(open.scrub(ScrubOptions.DEFAULT, working).damagedBlocks()).isZero();
      sweeper[0].join();
      assertThat(open.check(new DamagedStore.Heard()).findings()).isZero();
      assertThat(read(open.tree(), "/third")).isEqualTo(random(7, 100_000));
    }
  }

  private static void sweep(Store open) {
    try {
      open.sweep(false, org.dedupfs.maintenance.SweepListener.NONE);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
