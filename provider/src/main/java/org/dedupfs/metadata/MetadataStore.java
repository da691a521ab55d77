package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;

/**
 * The one log of a store: rows that survive power loss, changed by atomic commits only. What a
 * method returns is committed state; the changes not yet committed live in {@link LiveMetadata}.
 *
 * <p>Reads are safe for any number of threads and do not wait for a commit. A commit is retryable:
 * it names final states of rows, never differences.
 */
public interface MetadataStore extends RowReader, AutoCloseable {

  /**
   * Makes all changes of the batch at once. When this returns they are durable (unless the store
   * was opened without durability). When it throws, none or all of them are, and no later commit
   * succeeds.
   */
  void commit(MetadataBatch batch) throws IOException;

  /**
   * The keys of all extent pages of an inode, ascending, whether the pages can be read or not: for
   * those who only want to be rid of them.
   */
  List<RowKey<ExtentPage>> extentKeys(InodeNumber inode) throws IOException;

  /**
   * What is committed now, to be read at leisure. The caller closes it before this store.
   *
   * @throws MetadataDamagedException if not even its beginning can be read
   */
  MetadataSnapshot snapshot() throws IOException;

  /**
   * As {@link #snapshot()}, for who reads long beside others who write: when keeping it takes too
   * much space, reading it throws {@link SnapshotEndedException}.
   */
  default MetadataSnapshot boundedSnapshot() throws IOException {
    return snapshot();
  }

  /**
   * Moves what a log holds to where it belongs, if nobody reads an old state just now: for those
   * who commit much. Changes nothing that anybody sees.
   */
  default void shortenLog() throws IOException {}

  /** Allocated bytes of the files below this store, logs included. */
  long diskBytes() throws IOException;

  /** Idempotent; commits nothing. */
  @Override
  void close() throws IOException;
}
