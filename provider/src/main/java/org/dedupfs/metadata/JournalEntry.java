package org.dedupfs.metadata;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The record of a block that a commit promised before the block store had made it durable. Equal
 * when id and record are.
 *
 * @param record opaque here; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // equality is on content, see below
public record JournalEntry(long blockId, byte[] record) implements Row {
  public JournalEntry {
    if (blockId < 1) {
      throw new IllegalArgumentException("no block has the id " + blockId);
    }
  }

  @Override
  public RowKey<JournalEntry> key() {
    return RowKey.journal(blockId);
  }

  @Override
  public int weightBytes() {
    return 64 + record.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JournalEntry that
        && blockId == that.blockId
        && Arrays.equals(record, that.record);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(blockId) + Arrays.hashCode(record);
  }

  @Override
  public String toString() {
    return "journal entry of block " + blockId + ", " + record.length + " bytes";
  }
}
