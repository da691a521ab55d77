package org.dedupfs.content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InMemoryMetadataStore;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.RowKey;

/** A content store over stores in memory, which can crash. */
final class ContentFixture implements AutoCloseable {
  private final InMemoryMetadataStore metadata = new InMemoryMetadataStore();
  private final ContentOptions options;
  private final Set<InodeNumber> files = new HashSet<>();
  private final AtomicLong nextId = new AtomicLong(1);
  private InMemoryBlockStore blocks = new InMemoryBlockStore(nextId::getAndAdd);
  private LiveMetadata live;
  private ContentStore content;

  ContentFixture(ChunkingScheme chunking, long dirtyBytes) throws IOException {
    AtomicLong clock = new AtomicLong(1_000_000_000L);
    options =
        new ContentOptions(
            false,
            chunking,
            2,
            dirtyBytes,
            1 << 20,
            false,
            Duration.ZERO,
            clock::incrementAndGet,
            DiskSpace.unlimited());
    live = new LiveMetadata(metadata, 1 << 20);
    content = new ContentStore(live, blocks, options);
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
    while (true) {
      content.prepareClone(source);
      try (Change change = live.begin()) {
        InodeNumber number = change.newInodeNumber();
        Inode row = content.cloneInto(change, source, newRow(number));
        if (row != null) {
          change.put(row);
          change.publish();
          files.add(number);
          return number;
        }
      }
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

  /** Loses what is neither committed nor durable, and recovers. */
  void crash() throws IOException {
    blocks = blocks.crash();
    open();
  }

  private void open() throws IOException {
    MetadataBatch replayed = new MetadataBatch();
    for (JournalEntry entry :
        metadata.range(RowKey.journal(0), RowKey.journal(Long.MAX_VALUE), Integer.MAX_VALUE)) {
      blocks.restore(new BlockId(entry.blockId()), entry.record());
      replayed.delete(entry.key());
    }
    blocks.flush();
    metadata.commit(replayed);
    live = new LiveMetadata(metadata, 1 << 20);
    content = new ContentStore(live, blocks, options);
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
