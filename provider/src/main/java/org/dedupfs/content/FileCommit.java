package org.dedupfs.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * One file's part in commits: how its delta and the times of its writes come into the metadata, how
 * much of what was written is there or durable, and why the last commit could not take it along.
 * Safe for any number of threads.
 */
final class FileCommit {
  private final ContentStore store;
  private final InodeNumber inode;
  private final Layers layers; // guarded by state
  private final ReentrantReadWriteLock state;
  private final AtomicReference<@Nullable PendingTimes> times = new AtomicReference<>();

  /** Why the last commit had to leave this file out, or null. */
  private volatile @Nullable IOException leftOut;

  /** Writes up to this one are known to be durable. */
  private final AtomicLong syncedUpTo = new AtomicLong();

  /** Extents that clones have put in the delta; guarded by state. */
  private int clonedExtents;

  /** Extents of the delta that the budget knows of; guarded by state. */
  private int countedExtents;

  FileCommit(ContentStore store, InodeNumber inode, Layers layers, ReentrantReadWriteLock state) {
    this.store = store;
    this.inode = inode;
    this.layers = layers;
    this.state = state;
  }

  /** Under the state lock: after each change of the bytes. */
  void written() {
    times.set(new PendingTimes(store.options().nanoClock().getAsLong()));
  }

  /** Under the state lock: a clone has put extents in the delta. */
  void cloned(int extents) {
    clonedExtents += extents;
    store.clones().countWaiting(extents);
    countExtents();
  }

  /** Under the state lock, when the delta has changed: keeps account of its extents. */
  void countExtents() {
    int now = layers.delta().size();
    store.budget().addExtents(now - countedExtents);
    countedExtents = now;
  }

  int deltaExtents() {
    state.readLock().lock();
    try {
      return layers.delta().size();
    } finally {
      state.readLock().unlock();
    }
  }

  /** The number of the last write; see {@link #isMovedUpTo}. */
  long lastWrite() {
    state.readLock().lock();
    try {
      return layers.written();
    } finally {
      state.readLock().unlock();
    }
  }

  /** Whether the metadata has everything up to a write. */
  boolean isMovedUpTo(long write) {
    state.readLock().lock();
    try {
      return layers.isDiscarded() || layers.movedUpTo() >= write;
    } finally {
      state.readLock().unlock();
    }
  }

  /** The file was made: its name is not durable, though nothing was written. */
  void created() {
    syncedUpTo.set(-1);
  }

  /** Everything up to a write is durable now. */
  void synced(long write) {
    syncedUpTo.accumulateAndGet(write, Math::max);
  }

  /** Whether everything that was written is known to be durable. */
  boolean isSynced() {
    return layers.isDiscarded() || syncedUpTo.get() >= lastWrite();
  }

  /** Whether nothing is left to be done for this file before the next commit. */
  boolean isSettled() {
    state.readLock().lock();
    try {
      return layers.isMoved() && times.get() == null;
    } finally {
      state.readLock().unlock();
    }
  }

  /** The ids in the delta that are above {@code durable}, with the bytes of the file they hold. */
  Unmoved unmoved(long durable) {
    List<Long> ids = new ArrayList<>();
    state.readLock().lock();
    try {
      layers
          .delta()
          .forEachBlock(
              id -> {
                if (id > durable) {
                  ids.add(id);
                }
              });
      return new Unmoved(ids, layers.delta().bytesBeyond(durable));
    } finally {
      state.readLock().unlock();
    }
  }

  /** Blocks that a delta names and that are not durable. */
  record Unmoved(List<Long> blockIds, long bytes) {}

  /** All blocks of the delta, for a mark. */
  void forEachUnmovedBlock(LongConsumer consumer) {
    state.readLock().lock();
    try {
      layers.delta().forEachBlock(consumer);
    } finally {
      state.readLock().unlock();
    }
  }

  /**
   * A commit could not take this file along: said to all who write to it or close it from now on,
   * until one can. What was written stays in memory, where it can be read.
   */
  void leaveOut(IOException cause) {
    leftOut = cause;
  }

  /** What could not be stored is no more. */
  void forgetFailure() {
    leftOut = null;
  }

  /** Throws when what was written cannot be stored, or not any more, as far as is known. */
  void checkWritten() throws IOException {
    checkStorable();
    if (!isSynced()) {
      store.checkUsable();
    }
  }

  /** Throws when the last commit could not take this file along. */
  void checkStorable() throws IOException {
    IOException cause = leftOut;
    if (cause != null) {
      throw new IOException(
          "what was written to " + inode + " before cannot be stored: " + cause.getMessage(),
          cause);
    }
  }

  /** Whether the metadata has extents of this file; a new one has nothing that could be damaged. */
  boolean mayMeetDamage() {
    state.readLock().lock();
    try {
      return !layers.hasNoBase();
    } finally {
      state.readLock().unlock();
    }
  }

  /**
   * Tries to merge the delta with the extents there are, and changes nothing.
   *
   * @throws IOException if that fails
   */
  void tryMove(LiveMetadata live) throws IOException {
    try (Change trial = store.beginMove(live)) {
      state.readLock().lock();
      try {
        long unused = layers.applyDelta(trial, 0);
      } finally {
        state.readLock().unlock();
      }
    }
  }

  /**
   * Moves the delta and the times of writes into the visible metadata, if every block it names is
   * admitted.
   *
   * @return false if one is not; nothing is changed then
   */
  boolean moveDelta(LiveMetadata live, LongPredicate admitted) throws IOException {
    try (Change change = store.beginMove(live)) {
      state.writeLock().lock();
      try {
        PendingTimes pending = times.get();
        if (layers.isDiscarded()
            || (layers.delta().isEmpty() && pending == null && layers.isCut())) {
          if (!layers.isDiscarded() && layers.isCut()) {
            moved();
            leftOut = null;
          }
          return true;
        }
        Inode row = change.get(RowKey.inode(inode));
        if (row == null) {
          store.budget().add(-layers.memoryBytes());
          layers.discard();
          forgetCloned();
          return true;
        }
        boolean[] all = {true};
        layers.delta().forEachBlock(id -> all[0] &= admitted.test(id));
        if (!all[0]) {
          return false;
        }
        long grown = layers.applyDelta(change, row.allocatedBytes());
        Inode.Builder moved =
            PendingTimes.applied(row, pending).toBuilder()
                .sizeBytes(layers.delta().endBytes())
                .allocatedBytes(row.allocatedBytes() + grown);
        change.put(moved.build());
        change.count(Counter.LOGICAL_BYTES, grown);
        change.publish();
        moved();
        times.compareAndSet(pending, null);
        leftOut = null;
        return true;
      } finally {
        state.writeLock().unlock();
      }
    }
  }

  /** Under the state lock: the metadata has the delta. */
  private void moved() {
    layers.moved();
    forgetCloned();
  }

  /** Under the state lock: the delta is no more. */
  private void forgetCloned() {
    store.clones().countWaiting(-clonedExtents);
    clonedExtents = 0;
    countExtents();
  }

  @Nullable PendingTimes pendingTimes() {
    return times.get();
  }

  /** Forgets times that a change has taken over. */
  void forgetTimes(@Nullable PendingTimes taken) {
    times.compareAndSet(taken, null);
  }

  /** Under the state lock: the inode is gone. */
  void discarded() {
    forgetCloned();
    times.set(null);
    leftOut = null;
  }
}
