package org.dedupfs.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of all files of one open store, and the commits that make them durable.
 *
 * <p>Except where it says otherwise, nothing here may be called while holding a {@link Change}.
 */
public final class ContentStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContentStore.class);

  private final LiveMetadata live;
  private final BlockStore blocks;
  private final ContentOptions options;
  private final DirtyBudget budget;
  private final SpaceGuard space;
  private final ThreadPoolExecutor workers;
  private final ThreadPoolExecutor readers;
  private final BlockCache cache;
  private final Committer committer;
  private final CommitTimer timer;
  private final ConcurrentHashMap<InodeNumber, FileContent> contents = new ConcurrentHashMap<>();
  private final ReentrantReadWriteLock drainGate = new ReentrantReadWriteLock();
  private final Generations generations = new Generations();
  private final AtomicLong clonedExtents = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable LiveSet marking;
  private volatile @Nullable Throwable failure;

  /**
   * Takes over neither {@code live} nor {@code blocks}: who opened them closes them, after this.
   */
  public ContentStore(LiveMetadata live, BlockStore blocks, ContentOptions options)
      throws IOException {
    this.live = live;
    this.blocks = blocks;
    this.options = options;
    this.budget = new DirtyBudget(options.dirtyBytes());
    this.space =
        new SpaceGuard(
            options.disk(),
            () -> budget.usedBytes() + blocks.unflushedBytes() + live.uncommittedBytes());
    this.workers = Workers.start("dedupfs-store", options.threads(), 64);
    this.readers = Workers.start("dedupfs-read-ahead", options.threads(), 64);
    this.cache = new BlockCache(blocks, options.cacheBytes(), readers);
    this.committer = new Committer(this, live, blocks);
    this.timer = new CommitTimer(this, options.commitInterval());
  }

  /** Starts the interval commits. */
  public void start() {
    timer.start();
  }

  /**
   * The content of a regular file, shared by all who use it. Each acquisition is paired with one
   * {@link #release}. What is dirty outlives the release. May be called within a change.
   *
   * @throws IOException if there is no such inode
   */
  public FileContent acquire(InodeNumber inode) throws IOException {
    try {
      return contents.compute(
          inode,
          (number, present) -> {
            FileContent content = present == null ? load(number) : present;
            content.references++;
            return content;
          });
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private FileContent load(InodeNumber inode) {
    try {
      Inode row = live.get(RowKey.inode(inode));
      if (row == null) {
        throw new java.io.FileNotFoundException(inode + " is gone");
      }
      return new FileContent(this, row);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * Ends one use; with {@code durability=close} and dirty data, makes that durable first.
   *
   * @throws IOException if that fails, or a commit could not take the file along; the use has ended
   *     nevertheless
   */
  public void release(FileContent content) throws IOException {
    try {
      // not by isSettled(): what is in the metadata may wait for a commit, or be in one
      if (options.syncOnClose() && !content.isSynced() && failure == null) {
        sync(content);
      }
    } finally {
      boolean[] last = {false};
      contents.computeIfPresent(
          content.inode(),
          (number, present) -> {
            present.references--;
            last[0] = present.references == 0;
            return last[0] && present.isSettled() ? null : present;
          });
      if (last[0] && !content.isSettled()) {
        drainLater(content);
        timer.noteIdle();
      }
    }
    content.checkStorable();
  }

  /** Has a closed file cut and stored by the workers, or right here when they have enough to do. */
  private void drainLater(FileContent content) {
    Runnable drain =
        () -> {
          try {
            content.drain(true);
          } catch (IOException e) {
            // what was written stays dirty; the next commit tries again, and tells
            LOG.warn("{} could not be stored yet: {}", content.inode(), e.getMessage());
          } catch (RuntimeException | Error e) {
            LOG.warn("{} could not be stored yet", content.inode(), e);
          }
        };
    try {
      workers.execute(drain);
    } catch (RejectedExecutionException e) {
      drain.run();
    }
  }

  /**
   * The inode as callers should see it, with the size and times of writes not in its row yet; null
   * when there is none. May be called within a change, but tells what is visible to others.
   */
  @SuppressWarnings("ReferenceEquality") // each write makes new pending times
  public @Nullable Inode stat(InodeNumber inode) throws IOException {
    while (true) {
      FileContent content = contents.get(inode);
      FileContent.PendingTimes before = content == null ? null : content.pendingTimes();
      Inode row = live.get(RowKey.inode(inode));
      if (row == null || content == null) {
        return row;
      }
      Inode seen = overlay(row, content, before);
      if (content.pendingTimes() == before && contents.get(inode) == content) {
        return seen;
      }
    }
  }

  /** The row as callers should see it: with the size and times of writes not in it yet. */
  public Inode overlay(Inode row) {
    FileContent content = row.isRegular() ? contents.get(row.number()) : null;
    return content == null ? row : overlay(row, content, content.pendingTimes());
  }

  private static Inode overlay(
      Inode row, FileContent content, FileContent.@Nullable PendingTimes pending) {
    long size = content.sizeBytes();
    if (pending == null && size == row.sizeBytes()) {
      return row;
    }
    long allocated = Math.min(size, row.allocatedBytes() + Math.max(0, size - row.sizeBytes()));
    return FileContent.withTimes(row, pending).toBuilder()
        .sizeBytes(size)
        .allocatedBytes(allocated)
        .build();
  }

  /**
   * Within a change: the row with the times of earlier writes folded in; those times are then
   * forgotten, so that what the change sets stays. Size and allocation stay as the row has them.
   * Call right before putting the row.
   */
  public Inode settleTimes(Inode row) {
    FileContent content = row.isRegular() ? contents.get(row.number()) : null;
    if (content == null) {
      return row;
    }
    FileContent.PendingTimes pending = content.pendingTimes();
    content.forgetTimes(pending);
    return FileContent.withTimes(row, pending);
  }

  /**
   * Makes everything written so far to a file part of the next commit whatever happens: the
   * precondition of replacing another file by it. Called within the change that renames.
   */
  public void requireInNextCommit(InodeNumber inode) {
    FileContent content = contents.get(inode);
    if (content != null && !content.isSettled()) {
      committer.require(content);
    }
  }

  /**
   * Before the change that replaces another file by this one: finds out whether what was written to
   * it can be part of a commit. If not, the replacing has to fail: the other file's bytes are then
   * all there is.
   */
  public void prepareReplacement(InodeNumber source) throws IOException {
    FileContent content = contents.get(source);
    if (content != null && !content.isSettled()) {
      content.checkMovable(live);
    }
  }

  /** Forgets what is dirty of an inode that was purged. May be called within a change. */
  public void discard(InodeNumber inode) {
    FileContent content = contents.remove(inode);
    if (content != null) {
      content.discard();
    }
  }

  /**
   * Prepares a clone: what was written to {@code source} so far becomes durable blocks. Then,
   * within a change, {@link #cloneInto} is instant.
   */
  public void prepareClone(InodeNumber source) throws IOException {
    FileContent content = contents.get(source);
    if (content != null && !content.isSettled()) {
      committer.moveNow(content);
    }
  }

  /**
   * Within a change: gives {@code target}, a new and empty file whose row the caller puts
   * afterwards, the bytes of {@code source}, by reference: as they were at one moment between the
   * call of {@link #prepareClone} and now. That is what the metadata has, for it only ever takes
   * over a file as of a point in the order of its writes.
   *
   * @return {@code target} with size and allocation set
   */
  public Inode cloneInto(Change change, InodeNumber source, Inode target) throws IOException {
    Inode row = change.get(RowKey.inode(source));
    if (row == null) {
      throw new java.io.FileNotFoundException(source + " is gone");
    }
    ExtentMap.copy(change, source, target.number());
    change.count(Counter.LOGICAL_BYTES, row.allocatedBytes());
    return target.toBuilder()
        .sizeBytes(row.sizeBytes())
        .allocatedBytes(row.allocatedBytes())
        .build();
  }

  /** What is left on the disk below; some system calls. */
  public SpaceLeft spaceLeft() throws IOException {
    return space.left();
  }

  /** Makes everything written to the file so far, its attributes and its names durable. */
  public void sync(FileContent content) throws IOException {
    if (options.readOnly()) {
      return;
    }
    long writes = content.lastWrite();
    content.drain(true);
    committer.commit(content, false);
    content.synced(writes);
  }

  /** Makes all names and attributes durable as they are now. */
  public void syncNamespace() throws IOException {
    if (!options.readOnly()) {
      committer.commit(null, false);
    }
  }

  /**
   * Makes everything durable as it is now.
   *
   * @throws IOException if that fails; also if it failed for some files only, whose extents or
   *     blocks are damaged: everything else is durable then
   */
  public void syncAll() throws IOException {
    if (!options.readOnly()) {
      committer.commit(null, true);
    }
  }

  /**
   * Makes everything durable that can be stored. What was written to a file whose extents or blocks
   * are damaged stays in memory; its handles tell, and a commit tries again.
   *
   * @return how many files were left out for that
   */
  public int syncStorable() throws IOException {
    return options.readOnly() ? 0 : committer.commitStorable().size();
  }

  /**
   * Starts a mark: from now on every block that a file comes to name is added to {@code set} before
   * it can be committed. When this returns, whatever was under way before is in the deltas or the
   * metadata: the next {@link #syncAll} commits it. The blocks of what cannot be committed are
   * added.
   */
  public void beginMark(LiveSet set) {
    drainGate.writeLock().lock();
    try {
      blocks.beginMark(set);
      marking = set;
      live.onBlocksNamed(set::add);
      for (FileContent content : contents.values()) {
        content.forEachUnmovedBlock(set::add);
      }
    } finally {
      drainGate.writeLock().unlock();
    }
  }

  /** Ends the mark. */
  public void endMark() {
    marking = null;
    live.onBlocksNamed(null);
    blocks.endMark();
  }

  /** Commits everything and ends the threads; idempotent. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    timer.close();
    try {
      if (failure == null && !options.readOnly()) {
        committer.commitLast();
      }
    } finally {
      Workers.stop(workers);
      Workers.stop(readers);
    }
    checkUsable();
  }

  // what follows is for this package

  LiveMetadata metadata() {
    return live;
  }

  /** A file is about to name a block that another one names still; while holding the drain gate. */
  void noteNamed(long blockId) {
    LiveSet set = marking;
    if (set != null) {
      set.add(blockId);
    }
  }

  void countCloned(int extents) {
    clonedExtents.addAndGet(extents);
  }

  /** At least how many extents clones have put in deltas that the metadata does not have yet. */
  long clonedExtents() {
    return clonedExtents.get();
  }

  /** Moves one file's delta into the visible metadata; commits it when too much is waiting. */
  void moveNow(FileContent content) throws IOException {
    committer.moveNow(content);
    if (isPressed()) {
      syncNamespace();
    }
  }

  ContentOptions options() {
    return options;
  }

  DirtyBudget budget() {
    return budget;
  }

  BlockStore blocks() {
    return blocks;
  }

  Generations generations() {
    return generations;
  }

  BlockCache cache() {
    return cache;
  }

  Lock drainGate() {
    return drainGate.readLock();
  }

  Rechunker rechunker(SealedView view) {
    return Rechunker.of(
        view, () -> new ChunkWriter(blocks, workers, 4 * options.threads()), options.chunking());
  }

  Change beginMove(LiveMetadata metadata) throws IOException {
    return metadata.begin();
  }

  void admit(long bytes) throws IOException {
    checkWritable();
    space.admit(bytes);
  }

  void checkWritable() throws IOException {
    checkUsable();
    if (options.readOnly()) {
      throw new IOException("the store is open for reading only");
    }
  }

  void checkUsable() throws IOException {
    Throwable cause = failure;
    if (cause != null) {
      throw new IOException(
          cause instanceof IOException
              ? cause.getMessage()
              : "the store is read-only since a commit failed: " + cause,
          cause);
    }
  }

  /** Refuses all changes from now on; what is committed stays, reads go on. */
  void fail(Throwable cause) {
    if (failure == null) {
      failure = cause; // before anything that may fail itself
      if (cause instanceof IOException) {
        LOG.error("the store is read-only from now on: {}", cause.getMessage());
      } else {
        LOG.error("the store is read-only from now on", cause);
      }
    }
  }

  /** Whether changes are refused, because of the options or a failure. */
  public boolean isReadOnly() {
    return options.readOnly() || failure != null;
  }

  /** The files with writes that are not in the metadata. */
  List<FileContent> unsettled() {
    List<FileContent> files = new ArrayList<>();
    for (FileContent content : contents.values()) {
      if (!content.isSettled()) {
        files.add(content);
      }
    }
    return files;
  }

  void evictSettled() {
    for (FileContent content : contents.values()) {
      if (content.references == 0) {
        contents.computeIfPresent(
            content.inode(),
            (number, present) -> present.references == 0 && present.isSettled() ? null : present);
      }
    }
  }

  boolean hasUncommitted() {
    return live.hasUncommitted() || contents.values().stream().anyMatch(file -> !file.isSettled());
  }

  boolean isPressed() {
    return live.uncommittedBytes() > ContentOptions.UNCOMMITTED_BYTES;
  }
}
