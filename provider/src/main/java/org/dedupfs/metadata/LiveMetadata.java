package org.dedupfs.metadata;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import org.dedupfs.activity.Activity;
import org.jspecify.annotations.Nullable;

/**
 * The metadata that callers see: committed rows under the changes that are not committed yet.
 *
 * <p>All mutations are serialised: {@link #begin()} takes the mutation lock, {@link Change#close()}
 * gives it back. Readers see each change whole or not at all and never wait for a change or a
 * commit.
 *
 * <p>How: everything uncommitted hangs below one volatile reference to immutable trees; publishing
 * replaces the reference. A reader takes it once, looks there, and else into committed rows, which
 * cannot contradict it unless a <em>later</em> freeze was committed in between. For one row that
 * does no harm (the row was visible during the call); several rows are read again when there was a
 * freeze, the last time under {@code freezeLock}, which keeps freezes out.
 */
public final class LiveMetadata implements RowReader, AutoCloseable {
  private static final int UNLOCKED_TRIES = 3;

  private final MetadataStore store;
  private final Activity activity;
  private final CleanRows clean;

  /** Held from begin to close of a change. Outer to all other locks here. */
  private final ReentrantLock mutation = new ReentrantLock();

  /** Write side: a freeze; read side: readers of several rows who were disturbed by freezes. */
  private final ReentrantReadWriteLock freezeLock = new ReentrantReadWriteLock();

  private final Object visibleLock = new Object();

  /** Replaced under {@code visibleLock}, read without. */
  private volatile Visible visible;

  private final AtomicLong published = new AtomicLong();

  @GuardedBy("mutation")
  private long nextInode;

  @GuardedBy("mutation")
  private long frozenNextInode;

  @GuardedBy("mutation")
  private @Nullable LongConsumer blocksNamed;

  private volatile @Nullable Throwable failure;
  private volatile boolean closed;

  /**
   * What readers see at one moment; immutable.
   *
   * @param frozenTotals the totals at the last freeze
   * @param freezes how many there have been
   */
  private record Visible(UncommittedRows rows, Totals totals, Totals frozenTotals, long freezes) {
    Visible withRows(RowTree active, RowTree frozen) {
      return new Visible(new UncommittedRows(active, frozen), totals, frozenTotals, freezes);
    }
  }

  /** A reading of several rows that must agree with each other. */
  @FunctionalInterface
  private interface Reading<T> {
    T from(UncommittedRows rows) throws IOException;
  }

  /**
   * Shows what {@code store} holds. The store stays the caller's to close, after this.
   *
   * @param cacheBytes bounds the heap held by cached rows, not that of uncommitted changes
   */
  public LiveMetadata(MetadataStore store, long cacheBytes) throws IOException {
    this(store, cacheBytes, Activity.unwatched());
  }

  /**
   * As {@link #LiveMetadata(MetadataStore, long)}.
   *
   * @param activity where all that is done in this opening of the store is counted
   */
  public LiveMetadata(MetadataStore store, long cacheBytes, Activity activity) throws IOException {
    this.store = store;
    this.activity = activity;
    Totals totals = Totals.ZERO;
    for (Counter counter : Counter.values()) {
      totals = totals.plus(counter, loadNumber(Totals.propertyName(counter), 0));
    }
    this.visible = new Visible(UncommittedRows.NONE, totals, totals, 0);
    this.nextInode = loadNumber(Property.NEXT_INODE, InodeNumber.ROOT.value() + 1);
    this.frozenNextInode = nextInode;
    checkNextInode();
    this.clean = new CleanRows(store, cacheBytes, nextInode, activity);
  }

  /** A number issued twice would mix up two files. */
  @GuardedBy("mutation")
  private void checkNextInode() throws IOException {
    RowKey<Inode> from = RowKey.inode(new InodeNumber(nextInode));
    RowKey<Inode> to = RowKey.inode(new InodeNumber(Long.MAX_VALUE));
    for (Inode row : store.range(from, to, 1)) {
      throw new MetadataDamagedException(
          "the next inode should be " + nextInode + ", but there is " + row.number() + " already");
    }
  }

  private long loadNumber(String name, long otherwise) throws IOException {
    Property property = store.get(RowKey.property(name));
    if (property == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(property.value());
    } catch (NumberFormatException e) {
      throw new MetadataDamagedException(
          "property " + name + " should be a number, but is '" + property.value() + "'", e);
    }
  }

  /** Where those above count, too: what shows one store's metadata belongs to its opening. */
  public Activity activity() {
    return activity;
  }

  @Override
  public <R extends Row> @Nullable R get(RowKey<R> key) throws IOException {
    checkOpen();
    return visible.rows.get(key, clean);
  }

  @Override
  public <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit) throws IOException {
    RowKey.checkRange(from, to, limit);
    return consistently(rows -> rows.range(from, to, limit, clean));
  }

  @Override
  public <R extends Row> @Nullable R floor(RowKey<R> key) throws IOException {
    return this.<@Nullable R>consistently(rows -> rows.floor(key, clean));
  }

  private <T extends @Nullable Object> T consistently(Reading<T> reading) throws IOException {
    checkOpen();
    for (int i = 0; i < UNLOCKED_TRIES; i++) {
      Visible before = visible;
      T result = reading.from(before.rows);
      if (visible.freezes == before.freezes) {
        return result;
      }
    }
    freezeLock.readLock().lock();
    try {
      return reading.from(visible.rows);
    } finally {
      freezeLock.readLock().unlock();
    }
  }

  /**
   * Starts a change, waiting for the one under way. The thread must not hold one already.
   *
   * @throws IOException if an earlier commit failed: the store is read-only, with that cause
   */
  // The change's close gives the lock back.
  @SuppressWarnings("LockNotBeforeTry")
  public Change begin() throws IOException {
    if (mutation.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread has a change under way already");
    }
    mutation.lock();
    try {
      checkOpen();
      checkNotFailed();
      return new Change(this, visible.rows.active());
    } catch (IOException | RuntimeException | Error e) { // out of memory, for example
      mutation.unlock();
      throw e;
    }
  }

  /**
   * Commits what {@link Change#publishAndFreeze()} froze; durable when this returns. Holds no lock
   * that readers or changes need. After a failure nothing can be changed or committed any more, but
   * what is visible stays so.
   */
  public void commit(FrozenChanges frozen) throws IOException {
    checkOpen();
    checkNotFailed();
    if (!frozen.claim(this)) {
      throw new IllegalStateException("committed already, or frozen elsewhere");
    }
    if (frozen.rows().isEmpty()) {
      return;
    }
    clean.expect(frozen.rows());
    try {
      store.commit(frozen.toBatch());
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      throw e;
    }
    try {
      clean.adopt(frozen.rows());
    } catch (RuntimeException | Error e) {
      clean.clear();
      throw e;
    } finally {
      synchronized (visibleLock) {
        visible = visible.withRows(visible.rows.active(), RowTree.EMPTY);
      }
    }
  }

  /**
   * Tells {@code listener} of each block named by each page of extents that a change puts from now
   * on, before that is visible; null ends it. Waits for a change under way, so that none which puts
   * pages untold is left when this returns.
   */
  public void onBlocksNamed(@Nullable LongConsumer listener) {
    mutation.lock();
    try {
      blocksNamed = listener;
    } finally {
      mutation.unlock();
    }
  }

  public long counter(Counter counter) {
    return visible.totals.of(counter);
  }

  /**
   * About the heap held by changes that are not committed yet; a commit is due when it is large.
   */
  public long uncommittedBytes() {
    UncommittedRows rows = visible.rows;
    return rows.active().weightBytes() + rows.frozen().weightBytes();
  }

  /**
   * Grows with each change that is published, but for those published for a commit. What is read
   * after asking this shows all changes that it counts.
   */
  public long published() {
    return published.get();
  }

  /** Whether there is anything to commit, or being committed. */
  public boolean hasUncommitted() {
    Visible now = visible;
    return !now.rows.active().isEmpty()
        || !now.rows.frozen().isEmpty()
        || !now.totals.equals(now.frozenTotals);
  }

  /** Waits for a change under way; drops what is not committed. Does not close the store. */
  @Override
  public void close() throws IOException {
    mutation.lock();
    try {
      closed = true;
      clean.clear();
    } finally {
      mutation.unlock();
    }
  }

  /** See {@link MetadataStore#shortenLog}. */
  public void shortenLog() throws IOException {
    checkOpen();
    checkNotFailed();
    store.shortenLog();
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("the metadata is closed");
    }
  }

  private void checkNotFailed() throws IOException {
    Throwable cause = failure;
    if (cause != null) {
      throw new IOException(
          "the store is read-only since a commit failed: " + cause.getMessage(), cause);
    }
  }

  // What follows is for Change, by the thread that holds the mutation lock.

  /** The visible rows with {@code active} in place of what is published. */
  UncommittedRows rowsUnder(RowTree active) {
    return new UncommittedRows(active, visible.rows.frozen());
  }

  List<RowKey<ExtentPage>> storedExtentKeys(InodeNumber inode) throws IOException {
    return store.extentKeys(inode);
  }

  CleanRows clean() {
    return clean;
  }

  @GuardedBy("mutation")
  void noteBlocksOf(ExtentPage page) {
    LongConsumer listener = blocksNamed;
    if (listener != null) {
      page.forEachBlock(listener);
    }
  }

  @GuardedBy("mutation")
  InodeNumber newInodeNumber() {
    return new InodeNumber(nextInode++);
  }

  void publish(RowTree active, Totals delta) {
    synchronized (visibleLock) {
      Visible now = visible;
      UncommittedRows rows = new UncommittedRows(active, now.rows.frozen());
      visible = new Visible(rows, now.totals.plus(delta), now.frozenTotals, now.freezes);
      published.incrementAndGet(); // last: who sees the number sees the change
    }
  }

  @GuardedBy("mutation")
  FrozenChanges publishAndFreeze(RowTree active, Totals delta) {
    freezeLock.writeLock().lock();
    try {
      synchronized (visibleLock) {
        Visible now = visible;
        Totals totals = now.totals.plus(delta);
        RowTree rows = withNumbers(active, totals, now.frozenTotals);
        frozenNextInode = nextInode;
        visible =
            new Visible(new UncommittedRows(RowTree.EMPTY, rows), totals, totals, now.freezes + 1);
        return new FrozenChanges(this, rows);
      }
    } finally {
      freezeLock.writeLock().unlock();
    }
  }

  boolean isCommitPending() {
    return !visible.rows.frozen().isEmpty();
  }

  @GuardedBy("mutation")
  private RowTree withNumbers(RowTree active, Totals totals, Totals frozenTotals) {
    RowTree rows = active;
    for (Counter counter : Counter.values()) {
      if (totals.of(counter) != frozenTotals.of(counter)) {
        Property property = totals.property(counter);
        rows = rows.with(property.key(), property);
      }
    }
    if (nextInode != frozenNextInode) {
      Property property = new Property(Property.NEXT_INODE, Long.toString(nextInode));
      rows = rows.with(property.key(), property);
    }
    return rows;
  }

  void release() {
    mutation.unlock();
  }
}
