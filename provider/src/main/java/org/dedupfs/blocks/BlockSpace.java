package org.dedupfs.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of records that have no fingerprint any more. What a file holds in vain is
 * its size less the records with fingerprints in its range: a file without any goes as a whole; of
 * one that is mostly dead the live records are rewritten; others stay as they are.
 */
final class BlockSpace {
  private static final Logger LOG = LoggerFactory.getLogger(BlockSpace.class);

  /** Files with a smaller part of live records are rewritten. */
  private static final double LEAST_LIVE_PART = 0.6;

  /** What is rewritten at a time. */
  private static final long GROUP_BYTES = 512L << 20;

  /** What a record takes beside its bytes, which counts where they are few. */
  private static final int ENTRY_BYTES = 24;

  private final RocksDbBlockStore store;
  private final RocksFamilies families;
  private final long below;
  private final RoomWatch room;

  BlockSpace(RocksDbBlockStore store, long below, RoomWatch room) {
    this.store = store;
    this.families = store.families();
    this.below = below;
    this.room = room;
  }

  /**
   * Ids from {@code first} to {@code last}, both included, and the size of their file or files.
   *
   * @param liveBytes how much of that is rewritten
   */
  private record Range(long first, long last, long bytes, long liveBytes) {}

  /** Ends between two steps, of some 512 MiB each, when told to; the next sweep does the rest. */
  void reclaim(SweepProgress progress) throws IOException {
    boolean scarce = room.isScarce();
    List<Range> dead = new ArrayList<>();
    List<Range> sparse = new ArrayList<>();
    for (LiveFileMetaData file : files()) {
      long first = Keys.number(file.smallestKey(), 0);
      long last = Keys.number(file.largestKey(), 0);
      if (last >= below) {
        continue; // is being written to
      }
      long liveBytes = liveBytes(first, last);
      Range range = new Range(first, last, file.size(), liveBytes);
      if (liveBytes == 0 && file.level() > 0) {
        dead.add(range);
      } else if (liveBytes < file.size() * LEAST_LIVE_PART) {
        add(sparse, range, scarce ? 0 : GROUP_BYTES);
      }
    }
    if (!dead.isEmpty()) {
      deleteFiles(dead);
    }
    rewrite(sparse, progress);
  }

  /** Those first that take least, for they make room for the others. */
  private void rewrite(List<Range> sparse, SweepProgress progress) throws IOException {
    List<Range> left = new ArrayList<>(sparse);
    left.sort(Comparator.comparingLong(Range::liveBytes));
    long total = sparse.stream().mapToLong(Range::bytes).sum();
    long doneBytes = 0;
    int done = 0;
    while (done < left.size() && room.hasRoomFor(left.get(done).liveBytes)) {
      progress.tellBytes(doneBytes, total);
      rewrite(left.get(done));
      doneBytes += left.get(done).bytes;
      done++;
    }
    if (done < left.size()) {
      LOG.warn(
          "{}: {} files of blocks that are mostly dead keep their space, for there is none to"
              + " rewrite them; free some, then run gc again",
          families.db().getName(),
          left.size() - done);
    }
  }

  private List<LiveFileMetaData> files() throws IOException {
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      return families.db().getLiveFilesMetaData().stream()
          .filter(file -> Arrays.equals(file.columnFamilyName(), RocksFamilies.BLOCKS_NAME))
          .sorted(Comparator.comparingLong(file -> Keys.number(file.smallestKey(), 0)))
          .toList();
    }
  }

  /**
   * Of the records in a range, by their fingerprints. Not by the number of entries in the file,
   * which RocksDB only knows of files that this opening has written.
   */
  private long liveBytes(long first, long last) throws IOException {
    long[] bytes = {0};
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      store
          .fingerprints()
          .scanAll(
              first,
              last + 1,
              (id, fingerprint) -> {
                bytes[0] += fingerprint.storedBytes() + ENTRY_BYTES;
                return true;
              });
    }
    return bytes[0];
  }

  /** Joins a range to its neighbour before, if there is one and both together are not too much. */
  private static void add(List<Range> ranges, Range range, long mostBytes) {
    int size = ranges.size();
    if (size > 0) {
      Range before = ranges.get(size - 1);
      if (range.first - before.last <= 1 && before.bytes + range.bytes <= mostBytes) {
        long last = Math.max(before.last, range.last);
        ranges.set(
            size - 1,
            new Range(
                before.first,
                last,
                before.bytes + range.bytes,
                before.liveBytes + range.liveBytes));
        return;
      }
    }
    ranges.add(range);
  }

  private void deleteFiles(List<Range> ranges) throws IOException {
    List<byte[]> bounds = new ArrayList<>();
    for (Range range : ranges) {
      bounds.add(Keys.of(range.first));
      bounds.add(Keys.of(range.last));
    }
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      families.db().deleteFilesInRanges(families.blocks(), bounds, true);
    } catch (RocksDBException e) {
      throw RocksErrors.onWrite(e);
    }
  }

  /** Deletes the dead records of a range, in a file of these deletions alone, and merges them. */
  private void rewrite(Range range) throws IOException {
    List<Range> gaps = new ArrayList<>();
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      long[] next = {range.first};
      store
          .fingerprints()
          .scanAll(
              range.first,
              range.last + 1,
              (id, fingerprint) -> {
                if (id > next[0]) {
                  gaps.add(new Range(next[0], id - 1, 0, 0));
                }
                next[0] = id + 1;
                return true;
              });
      if (next[0] <= range.last) {
        gaps.add(new Range(next[0], range.last, 0, 0));
      }
      store
          .writer()
          .alone(
              () -> {
                store.flusher().flush();
                for (Range gap : gaps) {
                  store.writer().deleteRecords(gap.first, gap.last + 1);
                }
                store.flusher().flush();
              });
      compact(range);
    }
  }

  private void compact(Range range) throws IOException {
    try (CompactRangeOptions options =
        new CompactRangeOptions()
            .setExclusiveManualCompaction(false)
            .setAllowWriteStall(true)
            .setBottommostLevelCompaction(
                CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)) {
      families
          .db()
          .compactRange(families.blocks(), Keys.of(range.first), Keys.of(range.last), options);
    } catch (RocksDBException e) {
      if (!RocksErrors.isDamage(e)) {
        throw RocksErrors.onWrite(e);
      }
      // A file with a damaged record keeps its space; the record is told when it is read.
    }
  }
}
