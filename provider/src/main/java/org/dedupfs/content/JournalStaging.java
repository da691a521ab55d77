package org.dedupfs.content;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;

/**
 * Which blocks are safe to name: those that are durable, those whose records the committed journal
 * has, and those whose records the next commit will put there. Not thread-safe; the commit lock
 * guards it.
 */
final class JournalStaging {
  /** Records up to this many bytes are journaled rather than flushed. */
  static final long JOURNAL_BYTES = 8L << 20;

  /** The journal never holds more than this without a flush. */
  private static final long JOURNAL_TOTAL_BYTES = 24L << 20;

  /** Nor more records than this, for each is put again when a store is opened after a crash. */
  static final int JOURNAL_RECORDS = 65_536;

  private final BlockStore blocks;

  /** Records that the next commit must journal. */
  private final TreeMap<Long, byte[]> staged = new TreeMap<>();

  /** Sizes of the records in the committed journal. */
  private final TreeMap<Long, Integer> journaled = new TreeMap<>();

  /** Journal rows up to this id are deleted by the commit under way. */
  private long retiredUpTo;

  /** The lowest id in the committed journal, for those who do not hold the lock. */
  private volatile long firstJournaled = Long.MAX_VALUE;

  private long stagedBytes;
  private long journaledBytes;
  private boolean closing;

  /** What this opening has committed that the block store must have; at first, nothing. */
  private long committedMark;

  private long stagedMark;

  JournalStaging(BlockStore blocks) {
    this.blocks = blocks;
  }

  /**
   * Takes over what earlier openings left: records that the committed journal has, and that have
   * been put again.
   *
   * @param recordBytes their sizes by their ids
   */
  void adopt(SortedMap<Long, Integer> recordBytes) {
    journaled.putAll(recordBytes);
    noteFirst();
    for (int bytes : recordBytes.values()) {
      journaledBytes += bytes;
    }
  }

  /** From now on blocks are flushed when they can be: they will be in a moment anyway. */
  void close() {
    closing = true;
  }

  /** After {@link #forgetDurable}: whether there is nothing to commit for the journal alone. */
  boolean isSettled() {
    return staged.isEmpty() && firstJournaled > retiredUpTo;
  }

  /**
   * Whether the committed journal has what need not be there any more. An opening after a crash
   * would have to look at each such record and its block. For any thread.
   */
  boolean isLate() {
    return firstJournaled <= blocks.durableUpTo();
  }

  private void noteFirst() {
    firstJournaled = journaled.isEmpty() ? Long.MAX_VALUE : journaled.firstKey();
  }

  /** Whether a block survives with the next commit at the latest. */
  boolean isSafe(long id) {
    return id <= blocks.durableUpTo() || staged.containsKey(id) || journaled.containsKey(id);
  }

  /** Makes a block safe, by its record. */
  void stage(long id) throws IOException {
    if (!isSafe(id)) {
      byte[] record = blocks.record(new BlockId(id));
      staged.put(id, record);
      stagedBytes += record.length;
    }
  }

  /** Makes the blocks of some deltas safe: by flushing them if they are many, else by staging. */
  void stage(List<FileContent> files, Map<FileContent, IOException> failures) throws IOException {
    long durable = blocks.durableUpTo();
    Map<FileContent, List<Long>> ids = new LinkedHashMap<>();
    long bytes = stagedBytes;
    int records = staged.size();
    for (FileContent file : files) {
      FileCommit.Unmoved unmoved = file.commit().unmoved(durable);
      ids.put(file, unmoved.blockIds());
      bytes += unmoved.bytes();
      records += unmoved.blockIds().size();
      if (bytes > JOURNAL_BYTES) {
        break;
      }
    }
    boolean isTooMuch = bytes > JOURNAL_BYTES || overflows(bytes, records, durable);
    if (isTooMuch || (closing && bytes > 0)) {
      try {
        blocks.flush();
        forgetStagedUpTo(blocks.durableUpTo());
        return;
      } catch (IOException e) {
        if (isTooMuch) {
          throw e;
        }
        // The journal does as well. Closing the blocks will tell what is wrong with them.
      }
    }
    for (Map.Entry<FileContent, List<Long>> entry : ids.entrySet()) {
      try {
        for (long id : entry.getValue()) {
          stage(id);
        }
      } catch (BlockDamagedException e) {
        failures.put(entry.getKey(), e);
      }
    }
  }

  /** Whether the journal would be too long, without what the next commit takes out of it. */
  private boolean overflows(long bytes, int records, long durable) {
    long bytesThen = journaledBytes + bytes;
    int recordsThen = journaled.size() + records;
    if (bytesThen > JOURNAL_TOTAL_BYTES || recordsThen > JOURNAL_RECORDS) {
      for (int leaving : journaled.headMap(durable, true).values()) {
        bytesThen -= leaving;
        recordsThen--;
      }
    }
    return bytesThen > JOURNAL_TOTAL_BYTES || recordsThen > JOURNAL_RECORDS;
  }

  /** Drops records of blocks that have become durable. */
  void forgetDurable() {
    retiredUpTo = blocks.durableUpTo();
    forgetStagedUpTo(retiredUpTo);
  }

  private void forgetStagedUpTo(long durable) {
    var durableOnes = staged.headMap(durable, true);
    for (byte[] record : durableOnes.values()) {
      stagedBytes -= record.length;
    }
    durableOnes.clear();
  }

  /** Within the change that is frozen, after {@link #forgetDurable}: puts and deletes the rows. */
  void writeTo(Change change) {
    for (Map.Entry<Long, byte[]> entry : staged.entrySet()) {
      change.put(new JournalEntry(entry.getKey(), entry.getValue()));
    }
    for (long id : journaled.headMap(retiredUpTo, true).keySet()) {
      change.delete(RowKey.journal(id));
    }
    stagedMark = blocks.durableMark();
    if (stagedMark > committedMark) {
      change.put(new Property(Property.BLOCKS_MARK, Long.toString(stagedMark)));
    }
  }

  /** What was written is committed. */
  void committed() {
    committedMark = stagedMark;
    // the rows that writeTo() deleted, and no others: the mark may have moved on since
    var gone = journaled.headMap(retiredUpTo, true);
    for (int bytes : gone.values()) {
      journaledBytes -= bytes;
    }
    gone.clear();
    for (Map.Entry<Long, byte[]> entry : staged.entrySet()) {
      journaled.put(entry.getKey(), entry.getValue().length);
      journaledBytes += entry.getValue().length;
    }
    staged.clear();
    stagedBytes = 0;
    noteFirst();
  }
}
