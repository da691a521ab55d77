package org.dedupfs.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.content.ContentOptions;
import org.dedupfs.content.ContentStore;
import org.dedupfs.content.DiskSpace;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.maintenance.SweepListener.Phase;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InMemoryMetadataStore;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.testing.Interposed;
import org.dedupfs.testing.ManualClock;
import org.dedupfs.testing.RandomOperations;
import org.dedupfs.testing.TreeInvariants;
import org.dedupfs.tree.AccessPolicy;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.OpenFile;
import org.dedupfs.tree.Tree;
import org.dedupfs.tree.TreeOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final int BLOCK = 4096;
  private static final NewFile FILE = new NewFile(FileType.REGULAR, 0644, 0, 0, 0);

  private final InMemoryMetadataStore metadata = new InMemoryMetadataStore();
  private final AtomicLong nextId = new AtomicLong(1);
  private final InMemoryBlockStore blocks = new InMemoryBlockStore(nextId::getAndAdd);
  private final ManualClock clock = new ManualClock(1_000);
  private LiveMetadata live;
  private ContentStore content;
  private Tree tree;
  private Sweep sweep;

  @BeforeEach
  void open() throws IOException {
    live = new LiveMetadata(metadata, 1 << 20);
    try (Change change = live.begin()) {
      Tree.format(change, new NewFile(FileType.DIRECTORY, 0755, 0, 0, 0), 1);
      live.commit(change.publishAndFreeze());
    }
    content =
        new ContentStore(
            live,
            blocks,
            new ContentOptions(
                false,
                ChunkingScheme.parse("fixed:4k"),
                2,
                1 << 20,
                1 << 16,
                false,
                Duration.ZERO,
                clock::nanos,
                DiskSpace.unlimited()));
    TreeOptions options = new TreeOptions(clock, AccessPolicy.NOATIME, false, 1 << 20);
    tree = new Tree(live, content, new NameCookies(1, 2), options);
    sweep = new Sweep(metadata, blocks, content);
  }

  @AfterEach
  void close() throws IOException {
    tree.close();
    TreeInvariants.check(live);
    content.close();
    live.close();
  }

  private static byte[] data(long seed, int blockCount) {
    byte[] bytes = new byte[blockCount * BLOCK];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private void write(String name, byte[] bytes) throws IOException {
    try (OpenFile file = tree.createAndOpen(InodeNumber.ROOT, FileName.of(name), FILE)) {
      file.write(0, ByteBuffer.wrap(bytes));
    }
  }

  private OpenFile openFile(String name) throws IOException {
    return tree.open(tree.entry(InodeNumber.ROOT, FileName.of(name)).inode());
  }

  private byte[] read(String name) throws IOException {
    try (OpenFile file = openFile(name)) {
      ByteBuffer buffer = ByteBuffer.allocate((int) file.sizeBytes());
      while (buffer.hasRemaining()) {
        assertThat(file.read(buffer.position(), buffer)).isPositive();
      }
      return buffer.array();
    }
  }

  private void unlink(String name) throws IOException {
    tree.unlink(InodeNumber.ROOT, FileName.of(name));
  }

  @Test
  void only_what_nothing_uses_is_deleted() throws IOException {
    write("a", data(1, 10));
    write("b", data(2, 20));
    write("copy of a", data(1, 10));
    content.syncAll();
    unlink("b");
    unlink("a");
    SweepReport report = sweep.run(false, SweepListener.NONE);
    assertThat(report.deadBlocks()).isEqualTo(20);
    assertThat(report.liveBlocks()).isEqualTo(10);
    assertThat(report.deadRawBytes()).isEqualTo(20 * BLOCK);
    assertThat(blocks.statistics().blocks()).isEqualTo(10);
    assertThat(read("copy of a")).isEqualTo(data(1, 10));
    assertThat(sweep.run(false, SweepListener.NONE).deadBlocks()).isZero();
  }

  @Test
  void a_dry_run_only_counts() throws IOException {
    write("a", data(1, 10));
    content.syncAll();
    unlink("a");
    SweepReport report = sweep.run(true, SweepListener.NONE);
    assertThat(report.dryRun()).isTrue();
    assertThat(report.deadBlocks()).isEqualTo(10);
    assertThat(report.deadStoredBytes()).isPositive();
    assertThat(blocks.statistics().blocks()).isEqualTo(10);
  }

  @Test
  void what_was_written_but_not_committed_yet_stays() throws IOException {
    write("a", data(1, 10));
    try (OpenFile file = openFile("a")) {
      file.append(ByteBuffer.wrap(data(2, 3)));
      assertThat(sweep.run(false, SweepListener.NONE).deadBlocks()).isZero();
    }
    assertThat(read("a")).hasSize(13 * BLOCK).startsWith(data(1, 10)).endsWith(data(2, 3));
  }

  @Test
  void an_unlinked_open_file_keeps_its_blocks() throws IOException {
    write("a", data(1, 10));
    content.syncAll();
    try (OpenFile file = openFile("a")) {
      unlink("a");
      assertThat(sweep.run(false, SweepListener.NONE).deadBlocks()).isZero();
      ByteBuffer buffer = ByteBuffer.allocate(10 * BLOCK);
      assertThat(file.read(0, buffer)).isEqualTo(10 * BLOCK);
      assertThat(buffer.array()).isEqualTo(data(1, 10));
    }
    assertThat(sweep.run(false, SweepListener.NONE).deadBlocks()).isEqualTo(10);
  }

  @Test
  void a_dead_block_that_is_written_again_during_the_mark_stays() throws IOException {
    write("a", data(1, 10));
    content.syncAll();
    unlink("a");
    content.syncAll();
    AtomicBoolean written = new AtomicBoolean();
    SweepReport report =
        sweep.run(
            false,
            (phase, done, total) -> {
              if (phase == Phase.MARK && !written.getAndSet(true)) {
                rewrite("again", data(1, 4));
              }
            });
    assertThat(report.deadBlocks()).isEqualTo(6);
    assertThat(read("again")).isEqualTo(data(1, 4));
  }

  private void rewrite(String name, byte[] bytes) {
    try {
      write(name, bytes);
      try (OpenFile file = openFile(name)) {
        file.sync();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_sweep_that_is_stopped_anywhere_can_be_run_again() throws IOException {
    for (Phase stop : EnumSet.range(Phase.COMMIT, Phase.SWEEP)) {
      write("a", data(1, 300));
      write("b", data(2, 10));
      content.syncAll();
      unlink("a");
      assertThatThrownBy(
              () ->
                  sweep.run(
                      false,
                      (phase, done, total) -> {
                        if (phase == stop) {
                          throw new InterruptedException();
                        }
                      }))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
      assertThat(read("b")).isEqualTo(data(2, 10));
      assertThat(sweep.run(false, SweepListener.NONE).liveBlocks()).isEqualTo(10);
      assertThat(blocks.statistics().blocks()).isEqualTo(10);
      unlink("b");
      sweep.run(false, SweepListener.NONE);
    }
  }

  @Test
  void an_interrupted_thread_does_not_sweep() throws IOException {
    write("a", data(1, 10));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> sweep.run(false, SweepListener.NONE))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void sweeps_one_after_the_other_never_take_what_writers_use() throws Exception {
    Long given = Long.getLong("seed");
    long seed = given == null ? RandomOperations.newSeed() : given;
    ExecutorService threads = Executors.newFixedThreadPool(3);
    AtomicBoolean done = new AtomicBoolean();
    List<Future<Map<String, byte[]>>> writers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int writer = i;
      writers.add(threads.submit(() -> churn(writer, seed)));
    }
    Future<Long> sweeps =
        threads.submit(
            () -> {
              long dead = 0;
              while (!done.get()) {
                dead += sweep.run(false, SweepListener.NONE).deadBlocks();
              }
              return dead;
            });
    Map<String, byte[]> expected = new TreeMap<>();
    try {
      for (Future<Map<String, byte[]>> writer : writers) {
        expected.putAll(writer.get(2, TimeUnit.MINUTES));
      }
    } finally {
      done.set(true);
    }
    assertThat(sweeps.get(1, TimeUnit.MINUTES)).as("-Dseed=%d", seed).isPositive();
    threads.shutdown();
    content.syncAll();
    sweep.run(false, SweepListener.NONE);
    for (var file : expected.entrySet()) {
      assertThat(read(file.getKey()))
          .as("%s, -Dseed=%d", file.getKey(), seed)
          .isEqualTo(file.getValue());
    }
  }

  /** Writes the same few pieces of data again and again, clones, overwrites and unlinks. */
  private Map<String, byte[]> churn(int writer, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed + writer);
    Map<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < 600; i++) {
      String name = writer + "." + random.nextInt(8);
      byte[] old = files.get(name);
      byte[] data = data(random.nextInt(30), 1 + random.nextInt(20));
      switch (random.nextInt(4)) {
        case 0 -> {
          if (old != null) {
            unlink(name);
            files.remove(name);
          }
        }
        case 1 -> {
          if (old != null) {
            String clone = name + "c";
            tree.cloneFile(
                tree.entry(InodeNumber.ROOT, FileName.of(name)).inode(),
                InodeNumber.ROOT,
                FileName.of(clone),
                FILE,
                false,
                true);
            files.put(clone, old);
          }
        }
        case 2 -> {
          if (old != null) {
            try (OpenFile file = openFile(name)) {
              int at = random.nextInt(old.length);
              file.write(at, ByteBuffer.wrap(data));
              byte[] patched = Arrays.copyOf(old, Math.max(old.length, at + data.length));
              System.arraycopy(data, 0, patched, at, data.length);
              files.put(name, patched);
            }
          }
        }
        default -> {
          if (old != null) {
            unlink(name);
          }
          write(name, data);
          files.put(name, data);
        }
      }
    }
    return files;
  }

  @Test
  void what_blocks_are_deleted_for_is_committed_before_though_nothing_is_left_to_commit()
      throws IOException {
    write("a", data(1, 10));
    content.syncAll();
    unlink("a");
    content.syncAll();
    List<String> calls = new ArrayList<>();
    Sweep watched =
        new Sweep(
            Interposed.around(MetadataStore.class, metadata, (method, with) -> calls.add(method)),
            Interposed.around(BlockStore.class, blocks, (method, with) -> calls.add(method)),
            content);
    assertThat(watched.run(false, SweepListener.NONE).deadBlocks()).isEqualTo(10);
    assertThat(calls).containsSubsequence("commit", "flush", "sweep");
  }

  @Test
  void what_is_swept_stands_in_no_journal() throws IOException {
    write("kept", data(1, 2));
    write("dead", data(2, 2));
    content.syncAll();
    assertThat(journal()).as("small writes are made durable by the journal").isNotEmpty();
    unlink("dead");
    content.syncAll();
    assertThat(sweep.run(false, SweepListener.NONE).deadBlocks()).isPositive();
    assertThat(journal()).isEmpty();
  }

  private List<JournalEntry> journal() throws IOException {
    return metadata.range(RowKey.journal(0), RowKey.journal(Long.MAX_VALUE), 100);
  }
}
