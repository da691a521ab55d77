package org.dedupfs.content;

import java.util.Collection;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.metadata.LiveMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Lets a mark begin only between the drains and clones that bring blocks into deltas, so that each
 * has either ended before, or has its blocks marked. Safe for any number of threads.
 */
final class MarkGate {
  private final LiveMetadata live;
  private final BlockStore blocks;
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private volatile @Nullable LiveSet marking;

  MarkGate(LiveMetadata live, BlockStore blocks) {
    this.live = live;
    this.blocks = blocks;
  }

  /** Held by whoever brings blocks into a delta. */
  Lock passage() {
    return gate.readLock();
  }

  /** See {@link ContentStore#beginMark}. */
  void beginMark(LiveSet set, Collection<FileContent> contents) {
    gate.writeLock().lock();
    try {
      blocks.beginMark(set);
      try {
        marking = set;
        live.onBlocksNamed(set::add);
        for (FileContent content : contents) {
          content.commit().forEachUnmovedBlock(set::add);
        }
      } catch (RuntimeException | Error e) {
        endMark(); // or the next one would be refused
        throw e;
      }
    } finally {
      gate.writeLock().unlock();
    }
  }

  void endMark() {
    marking = null;
    try {
      live.onBlocksNamed(null);
    } finally {
      blocks.endMark();
    }
  }

  /** A file is about to name a block that another one names still; while holding the passage. */
  void noteNamed(long blockId) {
    LiveSet set = marking;
    if (set != null) {
      set.add(blockId);
    }
  }
}
