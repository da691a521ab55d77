package org.dedupfs.store;

import java.io.IOException;
import java.util.List;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.RowKey;

/** The records of blocks that were promised before the block store was durable up to them. */
final class Journal {
  private static final int ENTRIES_PER_READ = 64;

  private final MetadataStore metadata;

  Journal(MetadataStore metadata) {
    this.metadata = metadata;
  }

  boolean isEmpty() throws IOException {
    return from(0, 1).isEmpty();
  }

  /** Puts all records back where a crash may have lost them, then retires them. */
  void recover(BlockStore blocks) throws IOException {
    recover(
        blocks,
        damage -> {
          throw damage;
        });
  }

  /** What becomes of a record that is not sound. */
  interface OnDamage {
    void found(BlockDamagedException damage) throws IOException;
  }

  /** As {@link #recover(BlockStore)}, for those who go on without what is damaged. */
  void recover(BlockStore blocks, OnDamage onDamage) throws IOException {
    List<JournalEntry> entries = from(0, ENTRIES_PER_READ);
    while (!entries.isEmpty()) {
      for (JournalEntry entry : entries) {
        try {
          blocks.restore(new BlockId(entry.blockId()), entry.record());
        } catch (BlockDamagedException e) {
          onDamage.found(e);
        }
      }
      entries = from(lastOf(entries) + 1, ENTRIES_PER_READ);
    }
    retire(blocks);
  }

  /**
   * Forgets all records, once the block store has made them durable. Nothing may be put meanwhile.
   */
  void retire(BlockStore blocks) throws IOException {
    if (isEmpty()) {
      return;
    }
    blocks.flush();
    for (List<JournalEntry> entries = from(0, ENTRIES_PER_READ);
        !entries.isEmpty();
        entries = from(lastOf(entries) + 1, ENTRIES_PER_READ)) {
      MetadataBatch batch = new MetadataBatch();
      entries.forEach(entry -> batch.delete(entry.key()));
      BlocksMark.put(blocks, batch);
      metadata.commit(batch);
    }
  }

  private List<JournalEntry> from(long blockId, int limit) throws IOException {
    return metadata.range(RowKey.journal(blockId), RowKey.journal(Long.MAX_VALUE), limit);
  }

  private static long lastOf(List<JournalEntry> entries) {
    return entries.get(entries.size() - 1).blockId();
  }
}
