package org.dedupfs.metadata;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation's changes: it reads what it has written, nobody else does before {@link
 * #publish()}, and closing without publishing leaves no trace. Used by the thread that began it.
 */
public final class Change implements RowReader, AutoCloseable {
  private enum Stage {
    OPEN,
    PUBLISHED,
    CLOSED
  }

  private final LiveMetadata live;
  private RowTree rows;
  private Totals delta = Totals.ZERO;
  private Stage stage = Stage.OPEN;

  /** Takes over the mutation lock, which the current thread holds. */
  Change(LiveMetadata live, RowTree active) {
    this.live = live;
    this.rows = active;
  }

  @Override
  public <R extends Row> @Nullable R get(RowKey<R> key) throws IOException {
    checkNotClosed();
    return live.rowsUnder(rows).get(key, live.clean());
  }

  @Override
  public <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit) throws IOException {
    checkNotClosed();
    RowKey.checkRange(from, to, limit);
    return live.rowsUnder(rows).range(from, to, limit, live.clean());
  }

  @Override
  public <R extends Row> @Nullable R floor(RowKey<R> key) throws IOException {
    checkNotClosed();
    return live.rowsUnder(rows).floor(key, live.clean());
  }

  /**
   * Sets a row.
   *
   * @throws IllegalArgumentException for the properties that LiveMetadata keeps itself: counters
   *     (see {@link #count}) and the next inode number
   */
  @SuppressWarnings("GuardedBy") // the mutation lock is held from begin to close
  public void put(Row row) {
    if (row instanceof Property property
        && (property.name().equals(Property.NEXT_INODE)
            || property.name().startsWith(Totals.PROPERTY_PREFIX))) {
      throw new IllegalArgumentException("not to be put: " + property);
    }
    checkOpen();
    if (row instanceof ExtentPage page) {
      live.noteBlocksOf(page);
    }
    rows = rows.with(row.key(), row);
  }

  /** Deletes a row; that there is none already is fine. */
  public void delete(RowKey<?> key) {
    checkOpen();
    rows = rows.with(key, null);
  }

  /**
   * Deletes all extent pages of an inode that goes with this change, damaged ones too. They go when
   * the change is committed; until then those that can be read still are.
   */
  public void deleteAllExtents(InodeNumber inode) {
    delete(RowKey.allExtents(inode));
  }

  /**
   * Deletes the extent pages of an inode that stays, damaged ones too, one by one: none can be got
   * any more when the change is visible. A range may still meet the damage until it is committed.
   */
  public void deleteEachExtentPage(InodeNumber inode) throws IOException {
    checkOpen();
    // first what is not committed: what a commit under way takes from there is in the store then
    List<RowKey<?>> keys = new ArrayList<>();
    RowKey<ExtentPage> from = RowKey.extents(inode, 0);
    live.rowsUnder(rows).forEach(from, RowKey.allExtents(inode), entry -> keys.add(entry.key));
    keys.addAll(live.storedExtentKeys(inode));
    keys.forEach(this::delete);
  }

  /** An inode number that was never issued before, not even to a change that was undone. */
  @SuppressWarnings("GuardedBy") // the mutation lock is held from begin to close
  public InodeNumber newInodeNumber() {
    checkOpen();
    return live.newInodeNumber();
  }

  public void count(Counter counter, long difference) {
    checkOpen();
    delta = delta.plus(counter, difference);
  }

  /** Makes the changes visible, all at once. After this the change can read, but not change. */
  public void publish() {
    checkOpen();
    live.publish(rows, delta);
    stage = Stage.PUBLISHED;
  }

  /**
   * Publishes and takes everything visible but uncommitted as the content of the next commit.
   *
   * @throws IllegalStateException if an earlier frozen set is not committed yet
   */
  @SuppressWarnings("GuardedBy") // the mutation lock is held from begin to close
  public FrozenChanges publishAndFreeze() {
    checkOpen();
    if (live.isCommitPending()) {
      throw new IllegalStateException("what was frozen before is not committed yet");
    }
    FrozenChanges frozen = live.publishAndFreeze(rows, delta);
    rows = RowTree.EMPTY; // what was there is found below, as frozen
    stage = Stage.PUBLISHED;
    return frozen;
  }

  /** Ends the change; undoes it unless it was published. Idempotent. */
  @Override
  public void close() {
    if (stage != Stage.CLOSED) {
      stage = Stage.CLOSED;
      live.release();
    }
  }

  private void checkOpen() {
    checkNotClosed();
    if (stage == Stage.PUBLISHED) {
      throw new IllegalStateException("the change is published already");
    }
  }

  private void checkNotClosed() {
    if (stage == Stage.CLOSED) {
      throw new IllegalStateException("the change is closed");
    }
  }
}
