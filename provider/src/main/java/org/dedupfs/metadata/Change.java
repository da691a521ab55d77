package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation's changes: it reads what it has written, nobody else does before {@link
 * #publish()}, and closing without publishing leaves no trace. Used by the thread that began it.
 */
public final class Change implements RowReader, AutoCloseable {
  Change() {}

  @Override
  public <R extends Row> @Nullable R get(RowKey<R> key) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public <R extends Row> @Nullable R floor(RowKey<R> key) throws IOException {
    throw new UnsupportedOperationException();
  }

  public void put(Row row) {
    throw new UnsupportedOperationException();
  }

  public void delete(RowKey<?> key) {
    throw new UnsupportedOperationException();
  }

  /** An inode number that was never issued before. */
  public InodeNumber newInodeNumber() {
    throw new UnsupportedOperationException();
  }

  public void count(Counter counter, long delta) {
    throw new UnsupportedOperationException();
  }

  /** Makes the changes visible, all at once. */
  public void publish() {
    throw new UnsupportedOperationException();
  }

  /**
   * Publishes and takes everything visible but uncommitted as the content of the next commit.
   *
   * @throws IllegalStateException if an earlier frozen set is not committed yet
   */
  public FrozenChanges publishAndFreeze() {
    throw new UnsupportedOperationException();
  }

  /** Ends the change; undoes it unless it was published. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
