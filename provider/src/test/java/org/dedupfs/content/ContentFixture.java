package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.maintenance.Sweep;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InMemoryMetadataStore;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Row;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.dedupfs.testing.Interposed;

/** A content store over stores in memory, which can crash. */
final class ContentFixture implements AutoCloseable {
  private InMemoryMetadataStore metadata = new InMemoryMetadataStore();
  private final ContentOptions options;
  private final Set<InodeNumber> files = new HashSet<>();
  private final AtomicLong nextId = new AtomicLong(1);
  private InMemoryBlockStore blocks = new InMemoryBlockStore(nextId::getAndAdd);
  private LiveMetadata live;
  private ContentStore content;

  private volatile Interposed.Hook onBlocks = (method, arguments) -> {};
  private volatile ThreadFactory threads = Thread::new;
  private volatile Interposed.Hook onMetadata = (method, arguments) -> {};

  ContentFixture(ChunkingScheme chunking, long dirtyBytes) throws IOException {
    this(chunking, dirtyBytes, 1 << 20);
  }

  ContentFixture(ChunkingScheme chunking, long dirtyBytes, long cacheBytes) throws IOException {
    AtomicLong clock = new AtomicLong(1_000_000_000L);
    options =
        new ContentOptions(
            false,
            chunking,
            2,
            dirtyBytes,
            cacheBytes,
            false,
            Duration.ZERO,
            clock::incrementAndGet,
            DiskSpace.unlimited());
    start();
  }

  private void start() throws IOException {
    MetadataStore hookedMetadata =
        Interposed.around(
            MetadataStore.class,
            metadata,
            (method, arguments) -> onMetadata.before(method, arguments));
    BlockStore hookedBlocks =
        Interposed.around(
            BlockStore.class, blocks, (method, arguments) -> onBlocks.before(method, arguments));
    live = new LiveMetadata(hookedMetadata, 1 << 20);
    content = new ContentStore(live, hookedBlocks, options, task -> threads.newThread(task));
  }

  /** Calls of the block store pass through here from now on. */
  void onBlocks(Interposed.Hook hook) {
    onBlocks = hook;
  }

  /** Who makes the threads of the workers from now on. */
  void onThreads(ThreadFactory factory) {
    threads = factory;
  }

  /** Calls of the metadata store pass through here from now on. */
  void onMetadata(Interposed.Hook hook) {
    onMetadata = hook;
  }

  InMemoryMetadataStore metadata() {
    return metadata;
  }

  ContentStore content() {
    return content;
  }

  LiveMetadata live() {
    return live;
  }

  InMemoryBlockStore blocks() {
    return blocks;
  }

  InodeNumber createFile() throws IOException {
    try (Change change = live.begin()) {
      InodeNumber number = change.newInodeNumber();
      change.put(newRow(number));
      change.publish();
      files.add(number);
      return number;
    }
  }

  private static Inode newRow(InodeNumber number) {
    return new Inode.Builder(number).mode(FileType.REGULAR.modeBits() | 0644).nlink(1).build();
  }

  InodeNumber cloneFile(InodeNumber source) throws IOException {
    content.clones().prepare(source);
    try (Change change = live.begin()) {
      InodeNumber number = change.newInodeNumber();
      change.put(content.clones().into(change, source, newRow(number)));
      change.publish();
      files.add(number);
      return number;
    }
  }

  /** Removes a file that nobody uses, with what is dirty of it, as the tree purges one. */
  void deleteFile(InodeNumber file) throws IOException {
    try (Change change = live.begin()) {
      Inode row = Objects.requireNonNull(change.get(RowKey.inode(file)));
      if (row.sizeBytes() > 0) {
        change.count(Counter.LOGICAL_BYTES, ExtentMap.setEnd(change, file, row.sizeBytes(), 0));
      }
      change.delete(RowKey.inode(file));
      content.discard(file);
      change.publish();
      files.remove(file);
    }
  }

  byte[] readAll(InodeNumber inode) throws IOException {
    FileContent file = content.acquire(inode);
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(50_000);
      while (file.read(bytes.size(), buffer.clear()) > 0) {
        bytes.write(buffer.array(), 0, buffer.position());
      }
      return bytes.toByteArray();
    } finally {
      content.release(file);
    }
  }

  void reopen() throws IOException {
    content.close();
    live.close();
    blocks.flush();
    open();
  }

  /** Deletes the blocks that nothing names. */
  void sweep() throws IOException {
    new Sweep(metadata, blocks, content).run(false, SweepListener.NONE);
  }

  /** From now on no commit succeeds, until a crash. */
  void failCommits(IOException cause) {
    metadata.failCommits(cause);
  }

  /** Loses what is neither committed nor durable, and recovers. */
  void crash() throws IOException {
    blocks = blocks.crash();
    endContent();
    MetadataBatch committed = new MetadataBatch();
    for (Table<?> table : List.of(Table.INODE, Table.EXTENTS, Table.JOURNAL, Table.PROPERTY)) {
      copyRows(table, committed);
    }
    metadata = new InMemoryMetadataStore();
    metadata.commit(committed);
    open();
  }

  /** Ends the threads of the content store, unless it is closed, and commits nothing. */
  private void endContent() {
    content.fail(new IOException("crashed by request"));
    assertThatCode(content::close)
        .satisfiesAnyOf(
            failed -> assertThat(failed).isInstanceOf(IOException.class),
            closed -> assertThat(closed).isNull());
  }

  private <R extends Row> void copyRows(Table<R> table, MetadataBatch target) {
    RowKey<R> from = new RowKey<>(table, Long.MIN_VALUE, 0, null);
    RowKey<R> to = new RowKey<>(table, Long.MAX_VALUE, 0, null);
    metadata.range(from, to, Integer.MAX_VALUE).forEach(target::put);
  }

  private void open() throws IOException {
    SortedMap<Long, Integer> journaled = new TreeMap<>();
    for (JournalEntry entry :
        metadata.range(RowKey.journal(0), RowKey.journal(Long.MAX_VALUE), Integer.MAX_VALUE)) {
      blocks.restore(new BlockId(entry.blockId()), entry.record());
      journaled.put(entry.blockId(), entry.record().length);
    }
    start();
    content.adoptJournal(journaled);
  }

  /** Committed extents join without a gap, agree with the row, and name blocks that can be read. */
  void checkExtents() throws IOException {
    for (InodeNumber file : files) {
      Inode row = Objects.requireNonNull(metadata.get(RowKey.inode(file)));
      long end = 0;
      long allocated = 0;
      for (Extent extent : ExtentMap.read(metadata, file, 0, Long.MAX_VALUE, Integer.MAX_VALUE)) {
        if (extent.offsetBytes() != end) {
          throw new AssertionError("gap at " + end + " of " + file);
        }
        end = extent.endBytes();
        if (extent.isBlock()) {
          allocated += extent.lengthBytes();
          byte[] bytes = blocks.read(extent.block(), extent.check());
          if (extent.skipBytes() + extent.lengthBytes() > bytes.length) {
            throw new AssertionError(extent + " takes more than its block has");
          }
        }
      }
      if (end != row.sizeBytes() || allocated != row.allocatedBytes()) {
        throw new AssertionError(row + ": extents end at " + end + ", allocated " + allocated);
      }
    }
  }

  @Override
  public void close() throws IOException {
    content.close();
    live.close();
  }
}
