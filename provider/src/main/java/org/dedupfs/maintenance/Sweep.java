package org.dedupfs.maintenance;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.blocks.PagedLiveSet;
import org.dedupfs.blocks.SweepProgress;
import org.dedupfs.blocks.SweepResult;
import org.dedupfs.content.ContentStore;
import org.dedupfs.content.DiskSpace;
import org.dedupfs.maintenance.SweepListener.Phase;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the blocks that nothing uses, while the store is in use.
 *
 * <ol>
 *   <li>Barrier: from {@link ContentStore#beginMark} on, every block that is put, found or named by
 *       an extent page is marked; what began earlier has ended when that returns.
 *   <li>Everything written before is committed. What cannot be, because its file is damaged, waits
 *       in memory; the blocks it names were marked by the barrier.
 *   <li>Committed extents and journal are read in many short reads, and their blocks marked. No
 *       snapshot is needed: whatever moves from an unread page to one that was read is marked by
 *       the barrier.
 *   <li>Unmarked blocks below the barrier are deleted, each under the lock that hits take.
 * </ol>
 *
 * So a block is deleted only if it is dead in committed metadata. Nothing of a mark is kept: a
 * sweep that was stopped, at any point, is begun anew and loses nothing. Safe for use by any number
 * of threads, one sweep at a time.
 */
public final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  /** Pages of one read: some 32,000 extents. */
  private static final int PAGES_PER_READ = 32;

  private static final int JOURNAL_ENTRIES_PER_READ = 64;

  /** A property that only serves to make commits before a sweep durable. */
  private static final String BARRIER = "sweepBarrier";

  private final MetadataStore metadata;
  private final BlockStore blocks;
  private final ContentStore content;

  public Sweep(MetadataStore metadata, BlockStore blocks, ContentStore content) {
    this.metadata = metadata;
    this.blocks = blocks;
    this.content = content;
  }

  /**
   * Sweeps.
   *
   * @param dryRun whether dead blocks are only counted
   * @throws InterruptedIOException if the thread was interrupted (it still is) or the listener
   *     stopped the sweep; what was deleted until then stays so
   * @throws IllegalStateException if a sweep is under way
   */
  public SweepReport run(boolean dryRun, SweepListener listener) throws IOException {
    try (DiskSpace.Use use = content.space().useReserve()) {
      SweepReport report = sweep(dryRun, listener);
      content.space().save(use);
      return report;
    }
  }

  private SweepReport sweep(boolean dryRun, SweepListener listener) throws IOException {
    long start = System.nanoTime();
    LiveSet live = new PagedLiveSet();
    content.beginMark(live);
    try {
      BlockId below = new BlockId(blocks.lastAssigned() + 1);
      tell(listener, Phase.COMMIT, 0, 0);
      int leftOut = content.syncStorable();
      if (leftOut > 0) {
        LOG.warn("{} damaged files have writes that could not be stored before a sweep", leftOut);
      }
      if (!dryRun) {
        // What a crash left in the log may not be durable yet, and nothing may be left to commit: a
        // commit of our own brings out all before it.
        metadata.commit(new MetadataBatch().put(new Property(BARRIER, Long.toString(start))));
      }
      blocks.flush();
      if (!dryRun) {
        // Takes all blocks below the barrier out of the journal, now that they are durable: if one
        // that is deleted next stood in it, an opening after a crash would put it back.
        content.syncStorable();
      }
      markExtents(live, below, listener);
      markJournal(live);
      SweepResult dead =
          dryRun
              ? blocks.countDead(below, progress(listener, below))
              : blocks.sweep(below, progress(listener, below));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      return new SweepReport(
          dryRun, live.size(), dead.blocks(), dead.storedBytes(), dead.rawBytes(), took);
    } finally {
      content.endMark();
    }
  }

  private static SweepProgress progress(SweepListener listener, BlockId below) {
    return new SweepProgress() {
      @Override
      public void sweptUpTo(long id) throws InterruptedException {
        listener.on(Phase.SWEEP, id, below.value() - 1);
      }

      @Override
      public void wentThrough(long bytes, long totalBytes) throws InterruptedException {
        listener.on(Phase.RECLAIM, bytes, totalBytes);
      }
    };
  }

  private void markExtents(LiveSet live, BlockId below, SweepListener listener) throws IOException {
    RowKey<ExtentPage> from = RowKey.extents(new InodeNumber(0), 0);
    RowKey<ExtentPage> to = RowKey.extents(new InodeNumber(Long.MAX_VALUE), 0);
    long extents = 0;
    List<ExtentPage> pages;
    do {
      pages = metadata.range(from, to, PAGES_PER_READ);
      for (ExtentPage page : pages) {
        mark(page, live, below);
        extents += page.count();
        from = RowKey.extents(page.inode(), page.offsetBytes() + 1);
      }
      tell(listener, Phase.MARK, extents, 0);
    } while (pages.size() == PAGES_PER_READ);
  }

  /** Ids that were never given away take no memory: a store that was made to harm has any. */
  private static void mark(ExtentPage page, LiveSet live, BlockId below) {
    for (Extent extent : page.extents()) {
      if (extent.isBlock() && extent.blockId() < below.value()) {
        live.add(extent.blockId());
      }
    }
  }

  /**
   * A block that is not durable yet and stands in the journal may be needed from there. An entry
   * for one that is durable only waits to be retired; should a crash put that block back after it
   * was deleted, the next sweep deletes it again.
   */
  private void markJournal(LiveSet live) throws IOException {
    long durable = blocks.durableUpTo();
    RowKey<JournalEntry> from = RowKey.journal(0);
    List<JournalEntry> entries;
    do {
      entries = metadata.range(from, RowKey.journal(Long.MAX_VALUE), JOURNAL_ENTRIES_PER_READ);
      for (JournalEntry entry : entries) {
        if (entry.blockId() > durable) {
          live.add(entry.blockId());
        }
        from = RowKey.journal(entry.blockId() + 1);
      }
    } while (entries.size() == JOURNAL_ENTRIES_PER_READ);
  }

  private static void tell(SweepListener listener, Phase phase, long done, long total)
      throws InterruptedIOException {
    try {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      listener.on(phase, done, total);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the sweep was stopped; nothing in use was deleted");
    }
  }
}
