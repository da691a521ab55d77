package org.dedupfs.metadata;

/**
 * The record of a block that a commit promised before the block store had made it durable.
 *
 * @param record opaque here; not to be changed
 */
public record JournalEntry(long blockId, byte[] record) implements Row {
  @Override
  public RowKey<JournalEntry> key() {
    return RowKey.journal(blockId);
  }

  @Override
  public int weightBytes() {
    return 64 + record.length;
  }
}
