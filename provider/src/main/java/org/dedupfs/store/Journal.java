package org.dedupfs.store;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
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
  private static final int ENTRIES_PER_COMMIT = 8_192;

  private final MetadataStore metadata;

  Journal(MetadataStore metadata) {
    this.metadata = metadata;
  }

  boolean isEmpty() throws IOException {
    return from(0, 1).isEmpty();
  }

  /**
   * Puts all records back where a crash may have lost them. They stay in the journal until the
   * block store has made them durable.
   *
   * @return the sizes of the records by their ids
   */
  SortedMap<Long, Integer> restore(BlockStore blocks) throws IOException {
    return restore(
        blocks,
        damage -> {
          throw damage;
        });
  }

  /** What becomes of a record that is not sound. */
  interface OnDamage {
    void found(BlockDamagedException damage) throws IOException;
  }

  /** Puts all records back, those that are damaged excepted, and retires them. */
  void recover(BlockStore blocks, OnDamage onDamage) throws IOException {
    restore(blocks, onDamage);
    retire(blocks);
  }

  private SortedMap<Long, Integer> restore(BlockStore blocks, OnDamage onDamage)
      throws IOException {
    SortedMap<Long, Integer> recordBytes = new TreeMap<>();
    for (List<JournalEntry> entries = from(0, ENTRIES_PER_READ);
        !entries.isEmpty();
        entries = from(lastOf(entries) + 1, ENTRIES_PER_READ)) {
      for (JournalEntry entry : entries) {
        try {
          blocks.restore(new BlockId(entry.blockId()), entry.record());
          recordBytes.put(entry.blockId(), entry.record().length);
        } catch (BlockDamagedException e) {
          onDamage.found(e);
        }
      }
    }
    return recordBytes;
  }

  /**
   * Forgets all records, once the block store has made them durable. Nothing may be put meanwhile.
   */
  void retire(BlockStore blocks) throws IOException {
    if (isEmpty()) {
      return;
    }
    blocks.flush();
    MetadataBatch batch = new MetadataBatch();
    for (List<JournalEntry> entries = from(0, ENTRIES_PER_READ);
        !entries.isEmpty();
        entries = from(lastOf(entries) + 1, ENTRIES_PER_READ)) {
      for (JournalEntry entry : entries) {
        batch.delete(entry.key());
      }
      if (batch.changes().size() >= ENTRIES_PER_COMMIT) {
        commit(blocks, batch);
        batch = new MetadataBatch();
      }
    }
    commit(blocks, batch);
  }

  private void commit(BlockStore blocks, MetadataBatch batch) throws IOException {
    BlocksMark.put(blocks, batch);
    metadata.commit(batch);
  }

  private List<JournalEntry> from(long blockId, int limit) throws IOException {
    return metadata.range(RowKey.journal(blockId), RowKey.journal(Long.MAX_VALUE), limit);
  }

  private static long lastOf(List<JournalEntry> entries) {
    return entries.get(entries.size() - 1).blockId();
  }
}
