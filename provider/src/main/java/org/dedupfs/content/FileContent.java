package org.dedupfs.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongPredicate;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one regular file. Safe for any number of threads; each call is atomic against the
 * others up to a few MiB (longer writes are made in pieces), and its effect is visible to every
 * user of the file when it returns. Nothing here may be called while holding a metadata change.
 */
public final class FileContent {
  /** The longest write that is atomic, in bytes. */
  static final int WRITE_PIECE_BYTES = 4 << 20;

  /** Times of writes that the inode's row does not have yet. */
  record PendingTimes(long modifyNanos) {}

  private final ContentStore store;
  private final InodeNumber inode;
  private final ReentrantLock appendLock = new ReentrantLock();
  private final ReentrantReadWriteLock state = new ReentrantReadWriteLock();
  private final Layers layers; // guarded by state
  private final AtomicReference<@Nullable PendingTimes> times = new AtomicReference<>();
  private final ContentReads reads;
  private final ContentDrain drain;
  private volatile long sizeBytes;
  private volatile long generation;

  /** Why the last commit had to leave this file out, or null. */
  private volatile @Nullable IOException leftOut;

  /** Writes up to this one are known to be durable. */
  private final AtomicLong syncedUpTo = new AtomicLong();

  /** Extents that clones have put in the delta; guarded by state. */
  private int clonedExtents;

  /** Uses of this object; guarded by the store's table of contents. */
  int references;

  FileContent(ContentStore store, Inode row) {
    this.store = store;
    this.inode = row.number();
    this.layers = new Layers(inode, store.metadata(), row.sizeBytes());
    this.sizeBytes = row.sizeBytes();
    this.generation = store.generations().loaded(inode);
    this.reads = new ContentReads(store, inode, layers, state);
    this.drain = new ContentDrain(store, this, layers, state);
  }

  public InodeNumber inode() {
    return inode;
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * Changes whenever the bytes or the size do, and is the same for no two states of this file
   * within one opening of the store. Read before the bytes, it is never too high for them.
   */
  public long generation() {
    return generation;
  }

  /**
   * Reads into the remaining bytes of {@code target}.
   *
   * @return how many bytes, fewer than remain only at the end or before damage; -1 at or beyond the
   *     end
   * @throws DamagedContentException if a block or an extent is not what was written
   */
  public int read(long offsetBytes, ByteBuffer target) throws IOException {
    return reads.read(offsetBytes, target);
  }

  /** The first offset from {@code offsetBytes} on with data, or -1 when only a hole follows. */
  public long nextData(long offsetBytes) throws IOException {
    return reads.next(offsetBytes, false);
  }

  /**
   * The first offset from {@code offsetBytes} on in a hole (the end counts as one), or -1 beyond
   * it.
   */
  public long nextHole(long offsetBytes) throws IOException {
    return reads.next(offsetBytes, true);
  }

  /** Cuts what was written so far and counts; a file that changes meanwhile is counted in part. */
  public ContentUsage usage() throws IOException {
    drain(true);
    UsageCount usage = new UsageCount(store.blocks());
    reads.count(usage);
    return usage.result();
  }

  /** Writes all remaining bytes; a gap between the end and {@code offsetBytes} becomes a hole. */
  public void write(long offsetBytes, ByteBuffer source) throws IOException {
    if (offsetBytes < 0 || offsetBytes + source.remaining() < 0) {
      throw new IllegalArgumentException("offset " + offsetBytes);
    }
    long at = offsetBytes;
    while (source.hasRemaining()) {
      int count = Math.min(source.remaining(), WRITE_PIECE_BYTES);
      put(at, source, count);
      at += count;
    }
  }

  /**
   * Writes all remaining bytes at the end, atomically against other appends.
   *
   * @return the offset they were written at
   */
  public long append(ByteBuffer source) throws IOException {
    appendLock.lock();
    try {
      long at = -1;
      do {
        long piece = put(-1, source, Math.min(source.remaining(), WRITE_PIECE_BYTES));
        at = at < 0 ? piece : at;
      } while (source.hasRemaining());
      return at;
    } finally {
      appendLock.unlock();
    }
  }

  /** Writes {@code count} bytes at an offset, or at the end when it is negative. */
  private long put(long offset, ByteBuffer source, int count) throws IOException {
    store.admit(count);
    checkStorable();
    store.budget().makeRoom(this, count);
    long at;
    boolean full;
    state.writeLock().lock();
    try {
      at = offset < 0 ? layers.size() : offset;
      putLocked(at, source, count);
      full = layers.active().memoryBytes() >= store.options().segmentBytes();
    } finally {
      state.writeLock().unlock();
    }
    store.budget().markDirty(this);
    if (full) {
      drain(false);
    }
    return at;
  }

  private void putLocked(long at, ByteBuffer source, int count) {
    int limit = source.limit();
    source.limit(source.position() + count);
    long before = layers.active().memoryBytes();
    layers.active().write(at, source);
    source.limit(limit);
    layers.wrote(at + count);
    store.budget().add(layers.active().memoryBytes() - before);
    changed();
  }

  /** Under the state lock: after each change of the bytes. */
  private void changed() {
    sizeBytes = layers.size();
    generation = store.generations().changed(inode);
    times.set(new PendingTimes(store.options().nanoClock().getAsLong()));
  }

  /** Truncates, or grows by a hole. */
  public void setSize(long newSizeBytes) throws IOException {
    if (newSizeBytes < 0) {
      throw new IllegalArgumentException("size " + newSizeBytes);
    }
    store.checkWritable();
    boolean unused = change(() -> layers.setSize(newSizeBytes));
    if (newSizeBytes == 0) {
      leftOut = null; // nothing is left that could not be stored
    }
  }

  /** Turns the range into a hole; the size stays. */
  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes < 0) {
      throw new IllegalArgumentException("range " + offsetBytes + " + " + lengthBytes);
    }
    store.checkWritable();
    checkStorable();
    // holes take memory, too, and a punch may cut a piece in two
    store.budget().makeRoom(this, 2L * DirtyLayer.PIECE_OVERHEAD_BYTES);
    if (change(() -> layers.punch(offsetBytes, offsetBytes + lengthBytes))) {
      drain(false);
    }
  }

  /**
   * Puts up to {@code lengthBytes} bytes of {@code source}, which may be this file, at {@code
   * offsetBytes}, by reference: no data is read or written. Ranges of one file do not overlap. Not
   * atomic as a whole: made and visible in steps, from the start on.
   *
   * @return how many bytes; fewer where the source ends, or because others keep writing to one of
   *     the files
   */
  public long cloneRange(
      FileContent source, long sourceOffsetBytes, long offsetBytes, long lengthBytes)
      throws IOException {
    store.admit(0);
    checkStorable();
    return new RangeClone(store, source, this).run(sourceOffsetBytes, offsetBytes, lengthBytes);
  }

  /** See {@link ContentReads#stored}; the blocks are marked if a mark runs. */
  @Nullable List<Extent> stored(long from, long to, int limit) throws IOException {
    return reads.stored(from, to, limit, store::noteNamed);
  }

  /**
   * Puts stored blocks in the place of a range.
   *
   * @return false, and nothing is changed, when there are writes that have not been cut yet
   */
  boolean place(List<Extent> extents) {
    state.writeLock().lock();
    try {
      if (!layers.isCut() || layers.isDiscarded()) {
        return false;
      }
      layers.place(extents);
      clonedExtents += extents.size();
      store.countCloned(extents.size());
      changed();
      return true;
    } finally {
      state.writeLock().unlock();
    }
  }

  int deltaExtents() {
    state.readLock().lock();
    try {
      return layers.delta().size();
    } finally {
      state.readLock().unlock();
    }
  }

  /** Returns whether enough has gathered to be cut into blocks. */
  private boolean change(Runnable change) {
    boolean full;
    state.writeLock().lock();
    try {
      long before = layers.memoryBytes();
      change.run();
      store.budget().add(layers.memoryBytes() - before);
      full = layers.active().memoryBytes() >= store.options().segmentBytes();
      changed();
    } finally {
      state.writeLock().unlock();
    }
    store.budget().markDirty(this);
    return full;
  }

  /**
   * Cuts what was written so far into stored blocks.
   *
   * @param finish whether an unfinished last chunk is cut too
   */
  void drain(boolean finish) throws IOException {
    drain.run(finish);
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

  /** To be called when the file was made: its name is not durable, though nothing was written. */
  public void created() {
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

  /**
   * A commit could not take this file along: said to all who write to it or close it from now on,
   * until one can. What was written stays in memory, where it can be read.
   */
  void leaveOut(IOException cause) {
    leftOut = cause;
  }

  /** Throws when what was written cannot be stored, or not any more, as far as is known. */
  public void checkWritten() throws IOException {
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

  /**
   * Finds out whether a commit can take along what was written so far, as far as that is to be
   * known before: cuts it, and tries to merge it with the extents there are.
   *
   * @throws IOException if not; nothing is lost or changed by that
   */
  void checkMovable(LiveMetadata live) throws IOException {
    checkStorable();
    state.readLock().lock();
    try {
      if (layers.hasNoBase()) {
        return; // a new file: it has nothing that could be damaged, and need not be waited for
      }
    } finally {
      state.readLock().unlock();
    }
    drain(true);
    try (Change trial = store.beginMove(live)) {
      state.readLock().lock();
      try {
        long unused = layers.applyDelta(trial, 0);
      } finally {
        state.readLock().unlock();
      }
    }
  }

  /** All blocks of the delta, for a mark. */
  void forEachUnmovedBlock(java.util.function.LongConsumer consumer) {
    state.readLock().lock();
    try {
      layers.delta().forEachBlock(consumer);
    } finally {
      state.readLock().unlock();
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
            withTimes(row, pending).toBuilder()
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
    store.countCloned(-clonedExtents);
    clonedExtents = 0;
  }

  @Nullable PendingTimes pendingTimes() {
    return times.get();
  }

  /** Forgets times that a change has taken over. */
  void forgetTimes(@Nullable PendingTimes taken) {
    times.compareAndSet(taken, null);
  }

  static Inode withTimes(Inode row, @Nullable PendingTimes pending) {
    if (pending == null) {
      return row;
    }
    return row.toBuilder()
        .modifyNanos(pending.modifyNanos())
        .changeNanos(Math.max(row.changeNanos(), pending.modifyNanos()))
        .build();
  }

  /** Forgets everything: the inode is gone. */
  void discard() {
    state.writeLock().lock();
    try {
      store.budget().add(-layers.memoryBytes());
      layers.discard();
      forgetCloned();
      times.set(null);
      leftOut = null;
      sizeBytes = 0;
    } finally {
      state.writeLock().unlock();
    }
    store.budget().markClean(this);
  }
}
