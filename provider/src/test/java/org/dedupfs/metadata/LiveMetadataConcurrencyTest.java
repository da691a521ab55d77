package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers never see half a change, whatever is frozen, committed or evicted meanwhile. */
class LiveMetadataConcurrencyTest {
  private static final int NAMES = 40;

  @TempDir Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicBoolean ended = new AtomicBoolean();
  private LiveMetadata live;

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }

  /** Runs the writer to its end, and the others again and again until then. */
  private void run(Action writer, Action... others) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (Action other : others) {
      running.add(
          threads.submit(
              () -> {
                while (!ended.get()) {
                  other.run();
                }
                return null;
              }));
    }
    try {
      writer.run();
    } finally {
      ended.set(true);
    }
    for (Future<?> future : running) {
      future.get();
    }
  }

  private void commit() throws IOException {
    FrozenChanges frozen;
    try (Change change = live.begin()) {
      frozen = change.publishAndFreeze();
    }
    live.commit(frozen);
  }

  private List<Dentry> list() throws IOException {
    return live.range(
        RowKey.dentriesFrom(Rows.ROOT, 0), RowKey.dentriesFrom(Rows.ROOT, Long.MAX_VALUE), NAMES);
  }

  /** From somewhere on, so that there are many runs of one directory at a time. */
  private void listTheRest() throws IOException {
    long cookie = ThreadLocalRandom.current().nextLong(1L << 62) >> 58 << 58;
    RowKey<Dentry> from = RowKey.dentriesFrom(Rows.ROOT, cookie);
    RowKey<Dentry> to = RowKey.dentriesFrom(Rows.ROOT, Long.MAX_VALUE);
    assertThat(live.range(from, to, NAMES)).hasSizeLessThanOrEqualTo(1);
  }

  private void moveOneEntryAround(int moves) throws Exception {
    Random random = new Random(Seeds.next());
    try (Change change = live.begin()) {
      change.put(Rows.dentry(1, "n0", 7));
      change.publish();
    }
    run(
        () -> {
          int at = 0;
          for (int i = 0; i < moves; i++) {
            int to = random.nextInt(NAMES);
            try (Change change = live.begin()) {
              change.delete(Rows.dentryKey(1, "n" + at));
              change.put(Rows.dentry(1, "n" + to, 7));
              change.publish();
            }
            at = to;
          }
        },
        this::commit,
        () -> assertThat(list()).hasSize(1),
        () -> assertThat(list()).hasSize(1),
        this::listTheRest);
    commit();
    assertThat(list()).hasSize(1);
  }

  @Test
  void an_entry_that_moves_is_always_seen_once_in_memory() throws Exception {
    live = new LiveMetadata(new InMemoryMetadataStore(), 5_000);
    moveOneEntryAround(20_000);
  }

  @Test
  void an_entry_that_moves_is_always_seen_once_with_much_cached() throws Exception {
    live = new LiveMetadata(new InMemoryMetadataStore(), 1 << 20);
    moveOneEntryAround(20_000);
  }

  @Test
  void an_entry_that_moves_is_always_seen_once_in_sqlite() throws Exception {
    try (MetadataStore store = SqliteMetadataStore.create(directory, SqliteOptions.DEFAULT)) {
      live = new LiveMetadata(store, 5_000);
      moveOneEntryAround(3_000);
    }
  }

  @Test
  void a_page_that_is_split_and_merged_always_covers_its_bytes() throws Exception {
    live = new LiveMetadata(new InMemoryMetadataStore(), 1_000_000);
    InodeNumber inode = Rows.number(5);
    ExtentPage whole = ExtentPage.of(inode, List.of(Extent.hole(0, 200)));
    ExtentPage left = ExtentPage.of(inode, List.of(Extent.hole(0, 100)));
    ExtentPage right = ExtentPage.of(inode, List.of(Extent.hole(100, 100)));
    try (Change change = live.begin()) {
      change.put(whole);
      change.publish();
    }
    run(
        () -> {
          for (int i = 0; i < 20_000; i++) {
            try (Change change = live.begin()) {
              if (i % 2 == 0) {
                change.put(left);
                change.put(right);
              } else {
                change.put(whole);
                change.delete(right.key());
              }
              change.publish();
            }
          }
        },
        this::commit,
        () -> assertCovers(live.floor(RowKey.extents(inode, 150))),
        () -> assertCovers(live.floor(RowKey.extents(inode, 150))));
  }

  private static void assertCovers(ExtentPage page) {
    assertThat(page)
        .isIn(
            ExtentPage.of(page.inode(), List.of(Extent.hole(0, 200))),
            ExtentPage.of(page.inode(), List.of(Extent.hole(100, 100))));
  }

  @Test
  void a_reader_never_goes_back_in_time() throws Exception {
    live = new LiveMetadata(new InMemoryMetadataStore(), 300);
    RowKey<Inode> key = RowKey.inode(Rows.number(2));
    long[] seen = new long[2];
    Action[] readers = new Action[2];
    for (int r = 0; r < 2; r++) {
      int reader = r;
      readers[r] =
          () -> {
            Inode inode = live.get(key);
            long now = inode == null ? 0 : inode.sizeBytes();
            assertThat(now).isGreaterThanOrEqualTo(seen[reader]);
            seen[reader] = now;
          };
    }
    run(
        () -> {
          for (int i = 1; i < 30_000; i++) {
            try (Change change = live.begin()) {
              change.put(Rows.inode(2, i));
              change.publish();
            }
          }
        },
        this::commit,
        readers[0],
        readers[1]);
  }
}
