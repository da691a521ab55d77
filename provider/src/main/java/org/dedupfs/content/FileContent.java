package org.dedupfs.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.LiveMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one regular file. Safe for any number of threads; each call is atomic against the
 * others up to a few MiB (longer writes are made in pieces), and its effect is visible to every
 * user of the file when it returns. Nothing here may be called while holding a metadata change.
 */
public final class FileContent {
  /** The longest write that is atomic, in bytes. */
  static final int WRITE_PIECE_BYTES = 4 << 20;

  private final ContentStore store;
  private final InodeNumber inode;
  private final ReentrantLock appendLock = new ReentrantLock();
  private final ReentrantReadWriteLock state = new ReentrantReadWriteLock();
  private final Layers layers; // guarded by state
  private final ContentReads reads;
  private final ContentDrain drain;
  private final FileCommit commit;
  private final Allocation allocation;
  private final SegmentCuts segmentCuts;
  private volatile long sizeBytes;
  private volatile long generation;
  private volatile long gatheredBytes;
  private volatile boolean isWorthACut;

  /** Uses of this object; guarded by {@link ContentTable}. */
  int references;

  FileContent(ContentStore store, Inode row) {
    this.store = store;
    this.inode = row.number();
    this.layers = new Layers(inode, store.metadata(), store.spareBuffers(), row.sizeBytes());
    this.sizeBytes = row.sizeBytes();
    this.generation = store.generations().loaded(inode);
    this.reads = new ContentReads(store, inode, layers, state);
    this.drain = new ContentDrain(store, this, layers, state);
    this.commit = new FileCommit(store, inode, layers, state);
    this.allocation = new Allocation(store.metadata(), row, layers, state);
    this.segmentCuts = new SegmentCuts(store, this);
  }

  public InodeNumber inode() {
    return inode;
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * How many bytes are no hole, those included that are not cut or committed yet. As written, until
   * they are cut; then what is nothing but zeros is a hole, too.
   *
   * @throws IOException if extents of this file are damaged and had to be looked at
   */
  public long allocatedBytes() throws IOException {
    return allocation.bytes();
  }

  /** The same for {@code stat}: an estimate where it takes milliseconds to find out. */
  long allocatedBytesOrEstimate(Inode row) throws IOException {
    return allocation.bytesOrEstimate(row, sizeBytes);
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

  /**
   * Writes all remaining bytes; a gap between the end and {@code offsetBytes} becomes a hole.
   *
   * @return how many bytes; fewer than remained if the next ones could not be written, for lack of
   *     space for example: then {@code source} stands before them, and trying again tells why
   * @throws IOException if none could be written
   */
  public int write(long offsetBytes, ByteBuffer source) throws IOException {
    if (offsetBytes < 0 || offsetBytes + source.remaining() < 0) {
      throw new IllegalArgumentException("offset " + offsetBytes);
    }
    int done = 0;
    while (source.hasRemaining()) {
      int count = Math.min(source.remaining(), WRITE_PIECE_BYTES);
      try {
        put(offsetBytes + done, source, count);
      } catch (IOException e) {
        if (done == 0) {
          throw e;
        }
        return done;
      }
      done += count;
    }
    return done;
  }

  /**
   * Writes all remaining bytes at the end, atomically against other appends.
   *
   * @return the offset they were written at; as with {@link #write}, some may remain
   * @throws IOException if none could be written
   */
  public long append(ByteBuffer source) throws IOException {
    appendLock.lock();
    try {
      long at = -1;
      do {
        try {
          long piece = put(-1, source, Math.min(source.remaining(), WRITE_PIECE_BYTES));
          at = at < 0 ? piece : at;
        } catch (IOException e) {
          if (at < 0) {
            throw e;
          }
          return at;
        }
      } while (source.hasRemaining());
      return at;
    } finally {
      appendLock.unlock();
    }
  }

  /** Writes {@code count} bytes at an offset, or at the end when it is negative. */
  private long put(long offset, ByteBuffer source, int count) throws IOException {
    store.admit(count);
    commit.checkStorable();
    segmentCuts.retryFailed();
    store.budget().makeRoom(this, count);
    long at;
    boolean isEnough;
    state.writeLock().lock();
    try {
      at = offset < 0 ? layers.size() : offset;
      putLocked(at, source, count);
      isEnough = isWorthACut;
    } finally {
      state.writeLock().unlock();
    }
    store.budget().markDirty(this);
    segmentCuts.written(isEnough);
    return at;
  }

  private void putLocked(long at, ByteBuffer source, int count) throws IOException {
    int limit = source.limit();
    source.limit(source.position() + count);
    long before = layers.active().memoryBytes();
    try {
      layers.write(at, source);
    } finally {
      source.limit(limit);
      // of a write that ends midway, too
      store.budget().add(layers.active().memoryBytes() - before);
      changed();
    }
  }

  /** Under the state lock: after each change of the bytes. */
  private void changed() {
    sizeBytes = layers.size();
    gathered();
    allocation.changed();
    long next = store.generations().changed(inode);
    try {
      commit.written();
    } finally {
      generation = next; // last: who sees it sees the times, too
    }
  }

  /** Truncates, or grows by a hole. */
  public void setSize(long newSizeBytes) throws IOException {
    if (newSizeBytes < 0) {
      throw new IllegalArgumentException("size " + newSizeBytes);
    }
    store.checkWritable();
    boolean unused = change(() -> layers.setSize(newSizeBytes));
    if (newSizeBytes == 0) {
      commit.forgetFailure(); // nothing is left that could not be stored
    }
  }

  /** Turns the range into a hole; the size stays. */
  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes < 0) {
      throw new IllegalArgumentException("range " + offsetBytes + " + " + lengthBytes);
    }
    store.checkWritable();
    commit.checkStorable();
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
    commit.checkStorable();
    return new RangeClone(store, source, this).run(sourceOffsetBytes, offsetBytes, lengthBytes);
  }

  /** See {@link ContentReads#stored}; the blocks are marked if a mark runs. */
  @Nullable List<Extent> stored(long from, long to, int limit) throws IOException {
    return reads.stored(from, to, limit, store.markGate()::noteNamed);
  }

  /**
   * Puts stored blocks in the place of a range.
   *
   * @return false, and nothing is changed, when there are writes that have not been cut yet
   */
  boolean place(List<Extent> extents) throws IOException {
    state.writeLock().lock();
    try {
      if (!layers.isCut() || layers.isDiscarded()) {
        return false;
      }
      layers.place(extents);
      commit.cloned(extents.size());
      changed();
      return true;
    } finally {
      state.writeLock().unlock();
    }
  }

  /** Something done to the layers. */
  @FunctionalInterface
  private interface LayerChange {
    void run() throws IOException;
  }

  /** Returns whether enough has gathered to be cut into blocks. */
  private boolean change(LayerChange change) throws IOException {
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

  /** Memory with what was written and is not about to be cut. */
  long gatheredBytes() {
    return gatheredBytes;
  }

  /** Whether there is enough of that. */
  boolean isWorthACut() {
    return isWorthACut;
  }

  /** Under the state lock: what is not about to be cut has become more or less. */
  void gathered() {
    DirtyLayer active = layers.active();
    gatheredBytes = active.memoryBytes();
    isWorthACut = segmentCuts.isWorthACut(gatheredBytes, active.isAscending());
  }

  /** Not under the state lock: a cut has begun. */
  void cutBegun() {
    segmentCuts.begin();
  }

  /** Under the state lock: what was written is extents now. */
  void wasCut() {
    allocation.changed();
  }

  /** Cuts everything, and from now to {@link #endMove} whole writes only, for a commit. */
  void beginMove() throws IOException {
    drain.beginMove();
  }

  void endMove() {
    drain.endMove();
  }

  /** What commits need of this file. */
  FileCommit commit() {
    return commit;
  }

  /** To be called when the file was made: its name is not durable, though nothing was written. */
  public void created() {
    commit.created();
  }

  /** Throws when what was written since the last commit is lost. */
  void checkWhole() throws IOException {
    state.readLock().lock();
    try {
      layers.checkWhole();
    } finally {
      state.readLock().unlock();
    }
  }

  /** Throws when what was written cannot be stored, or not any more, as far as is known. */
  public void checkWritten() throws IOException {
    commit.checkWritten();
  }

  /**
   * Finds out whether a commit can take along what was written so far, as far as that is to be
   * known before: cuts it, and tries to merge it with the extents there are.
   *
   * @throws IOException if not; nothing is lost or changed by that
   */
  void checkMovable(LiveMetadata live) throws IOException {
    commit.checkStorable();
    if (commit.mayMeetDamage()) {
      drain(true);
      commit.tryMove(live);
    }
  }

  /** Forgets everything: the inode is gone. */
  void discard() {
    state.writeLock().lock();
    try {
      store.budget().add(-layers.memoryBytes());
      layers.discard();
      gathered();
      commit.discarded();
      allocation.changed();
      sizeBytes = 0;
    } finally {
      state.writeLock().unlock();
    }
    store.budget().markClean(this);
  }
}
