package org.dedupfs.content;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.LiveMetadata;
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
  private final SpareBuffers spareBuffers;
  private final DirtyBudget budget;
  private final StoreSpace space;
  private final Workers workers;
  private final Workers readers;
  private final BlockCache cache;
  private final Committer committer;
  private final FileClones clones;
  private final CommitTimer timer;
  private final ContentTable contents = new ContentTable(this);
  private final InodeOverlay inodes;
  private final MarkGate markGate;
  private final Writability writability;
  private final Generations generations = new Generations();
  private final LongAdder reads = new LongAdder();
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean retiresJournal;

  /**
   * Takes over neither {@code live} nor {@code blocks}: who opened them closes them, after this.
   */
  public ContentStore(LiveMetadata live, BlockStore blocks, ContentOptions options)
      throws IOException {
    this(live, blocks, options, Thread::new);
  }

  /**
   * As {@link #ContentStore(LiveMetadata, BlockStore, ContentOptions)}.
   *
   * @param threads makes the threads of the workers, which may fail to start
   */
  ContentStore(LiveMetadata live, BlockStore blocks, ContentOptions options, ThreadFactory threads)
      throws IOException {
    this.live = live;
    this.blocks = blocks;
    this.options = options;
    this.spareBuffers = new SpareBuffers(options.dirtyBytes());
    this.budget = new DirtyBudget(options.dirtyBytes() - spareBuffers.mostBytes());
    this.space = new StoreSpace(options.disk(), live, this::promisedBytes);
    this.workers = Workers.start("dedupfs-store", options.threads(), 64, threads);
    this.readers = Workers.start("dedupfs-read-ahead", options.threads(), 256, threads);
    this.cache = new BlockCache(blocks, options.cacheBytes(), readers, live.activity());
    this.inodes = new InodeOverlay(live, contents);
    this.markGate = new MarkGate(live, blocks);
    this.writability = new Writability(options.readOnly(), live.activity().store());
    this.committer = new Committer(this, live, blocks);
    this.clones = new FileClones(contents, committer);
    this.timer = new CommitTimer(this, options.commitInterval());
  }

  /**
   * Takes over the records that the committed journal has from earlier openings, and that have been
   * put again: they leave it once their blocks are durable, which {@link #start} sees to.
   *
   * @param recordBytes their sizes by their ids
   */
  public void adoptJournal(SortedMap<Long, Integer> recordBytes) {
    committer.adoptJournal(recordBytes);
    retiresJournal = !recordBytes.isEmpty();
  }

  /** Starts what goes on in the background: the interval commits, and the end of a recovery. */
  public void start() {
    timer.start();
    if (retiresJournal) {
      work(this::retireJournal);
    }
  }

  /** Nothing depends on it, but the time that the opening after the next crash takes. */
  private void retireJournal() {
    try {
      blocks.flush();
      committer.commit(null, false);
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("what a crash left in the journal stays there: {}", e.toString());
    }
  }

  /**
   * The content of a regular file, shared by all who use it. Each acquisition is paired with one
   * {@link #release}. What is dirty outlives the release. May be called within a change.
   *
   * @throws IOException if there is no such inode
   */
  public FileContent acquire(InodeNumber inode) throws IOException {
    return contents.use(inode);
  }

  /**
   * Ends one use; with {@code durability=close} and dirty data, makes that durable first.
   *
   * @throws IOException if that fails, or a commit could not take the file along; the use has ended
   *     nevertheless
   */
  public void release(FileContent content) throws IOException {
    try {
      syncClosed(content);
      content.checkWhole();
    } finally {
      releaseUnchanged(content);
    }
    content.commit().checkStorable();
  }

  /** With {@code durability=close}: makes durable what was written, if there is any. */
  public void syncClosed(FileContent content) throws IOException {
    // not by isSettled(): what is in the metadata may wait for a commit, or be in one
    if (options.syncOnClose() && !content.commit().isSynced() && !writability.hasFailed()) {
      sync(content);
    }
  }

  /**
   * As {@link #release}, for who changed nothing: does not wait for what others wrote, nor answer
   * for it.
   */
  public void releaseUnchanged(FileContent content) {
    if (contents.endUse(content) && !content.commit().isSettled()) {
      drainLater(content);
      timer.noteIdle();
    }
  }

  /** Has a closed file cut and stored by the workers, or right here when they have enough to do. */
  private void drainLater(FileContent content) {
    work(
        () -> {
          try {
            content.drain(true);
          } catch (IOException e) {
            // what was written stays dirty; the next commit tries again, and tells
            LOG.debug("{} could not be stored yet", content.inode(), e);
          } catch (RuntimeException | Error e) {
            LOG.warn("{} could not be stored yet", content.inode(), e);
          }
        });
  }

  /** Has a worker do something, or does it right here when they have enough to do. */
  private void work(Runnable task) {
    if (!workers.offer(task)) {
      task.run();
    }
  }

  /**
   * The inode as callers should see it, with the size and times of writes not in its row yet; null
   * when there is none. May be called within a change, but tells what is visible to others.
   */
  public @Nullable Inode stat(InodeNumber inode) throws IOException {
    return inodes.stat(inode);
  }

  /** The row as callers should see it: with the size and times of writes not in it yet. */
  public Inode overlay(Inode row) {
    return inodes.over(row);
  }

  /**
   * Within a change: the row with the times of earlier writes folded in; those times are then
   * forgotten, so that what the change sets stays. Size and allocation stay as the row has them.
   * Call right before putting the row.
   */
  public Inode settleTimes(Inode row) {
    return inodes.settleTimes(row);
  }

  /**
   * Makes everything written so far to a file part of the next commit whatever happens: the
   * precondition of replacing another file by it. Called within the change that renames.
   */
  public void requireInNextCommit(InodeNumber inode) {
    FileContent content = contents.findUnsettled(inode);
    if (content != null) {
      committer.require(content);
    }
  }

  /**
   * Before the change that replaces another file by this one: finds out whether what was written to
   * it can be part of a commit. If not, the replacing has to fail: the other file's bytes are then
   * all there is.
   */
  public void prepareReplacement(InodeNumber source) throws IOException {
    FileContent content = contents.findUnsettled(source);
    if (content != null) {
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
   * The sizes of all files less their holes, each inode once, with what was written and is not in
   * the metadata yet. Takes time for the files that have such writes, during which nothing is
   * changed.
   */
  public long logicalBytes() throws IOException {
    if (isReadOnly()) {
      return live.counter(Counter.LOGICAL_BYTES) + contents.uncommittedAllocation();
    }
    Change still = live.begin(); // so that no delta is counted twice
    try {
      return live.counter(Counter.LOGICAL_BYTES) + contents.uncommittedAllocation();
    } finally {
      still.close();
    }
  }

  /** Clones of whole files. */
  public FileClones clones() {
    return clones;
  }

  /** Room on the disk below. */
  public StoreSpace space() {
    return space;
  }

  /** Accepted, and not on the disk yet. */
  private long promisedBytes() {
    return budget.usedBytes() + blocks.unflushedBytes() + live.uncommittedBytes();
  }

  /** Makes everything written to the file so far, its attributes and its names durable. */
  public void sync(FileContent content) throws IOException {
    if (options.readOnly()) {
      return;
    }
    long writes = content.commit().lastWrite();
    content.drain(true);
    committer.commit(content, false);
    content.commit().synced(writes);
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
    markGate.beginMark(set, contents.all());
  }

  /** Ends the mark. */
  public void endMark() {
    markGate.endMark();
  }

  /** Memory with what is written and not cut into blocks yet; instant. */
  public long dirtyBytes() {
    return budget.usedBytes();
  }

  /** Grows with each read, write and change of names or attributes; means nothing else. */
  public long uses() {
    return reads.sum() + generations.last() + live.published();
  }

  /** Commits everything and ends the threads; idempotent. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    timer.close();
    try {
      if (!writability.isReadOnly()) {
        committer.commitLast();
      }
    } finally {
      workers.stop();
      readers.stopEarly();
    }
    writability.checkUsable();
  }

  /** Whether changes are refused, because of the options or a failure. */
  public boolean isReadOnly() {
    return writability.isReadOnly();
  }

  // what follows is for this package

  LiveMetadata metadata() {
    return live;
  }

  void countRead() {
    reads.increment();
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

  SpareBuffers spareBuffers() {
    return spareBuffers;
  }

  BlockStore blocks() {
    return blocks;
  }

  Workers workers() {
    return workers;
  }

  Generations generations() {
    return generations;
  }

  BlockCache cache() {
    return cache;
  }

  MarkGate markGate() {
    return markGate;
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
    writability.checkWritable();
  }

  void checkUsable() throws IOException {
    writability.checkUsable();
  }

  /** Refuses all changes from now on; what is committed stays, reads go on. */
  void fail(Throwable cause) {
    writability.fail(cause);
  }

  /** The files with writes that are not in the metadata. */
  List<FileContent> unsettled() {
    return contents.unsettled();
  }

  /** Lets go of the contents that are neither used nor dirty. */
  void evictSettled() {
    contents.evictSettled();
  }

  boolean hasUncommitted() {
    return live.hasUncommitted() || contents.hasUnsettled() || committer.isJournalLate();
  }

  boolean isPressed() {
    return live.uncommittedBytes() > ContentOptions.UNCOMMITTED_BYTES;
  }
}
