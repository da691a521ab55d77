package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metadata that callers see: committed rows under the changes that are not committed yet.
 *
 * <p>All mutations are serialised: {@link #begin()} takes the mutation lock, {@link Change#close()}
 * gives it back. Readers see each change whole or not at all and never wait for a commit.
 */
public final class LiveMetadata implements RowReader, AutoCloseable {

  public LiveMetadata(MetadataStore store, long cacheBytes) {
    throw new UnsupportedOperationException();
  }

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

  /**
   * Starts a change, waiting for the one under way. The thread must not hold one already.
   *
   * @throws IOException if an earlier commit failed: the store is read-only, with that cause
   */
  public Change begin() throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Commits what {@link Change#publishAndFreeze()} froze; durable when this returns. Holds no lock
   * that readers or changes need. After a failure nothing can be changed or committed any more.
   */
  public void commit(FrozenChanges frozen) throws IOException {
    throw new UnsupportedOperationException();
  }

  public long counter(Counter counter) {
    throw new UnsupportedOperationException();
  }

  /**
   * About the heap held by changes that are not committed yet; a commit is due when it is large.
   */
  public long uncommittedBytes() {
    throw new UnsupportedOperationException();
  }

  /** Whether there is anything to commit. */
  public boolean hasUncommitted() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
