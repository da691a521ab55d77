package org.dedupfs.metadata;

/**
 * How a {@link SqliteMetadataStore} is opened.
 *
 * @param readOnly commits are refused; the files are not changed
 * @param durable a commit survives power loss; without it the last commits may be lost, but never
 *     half a commit
 * @param cacheBytes page cache, shared out among all connections
 * @param readers at most so many threads read at the same time, at least 1
 * @param snapshotLogBytes a log becomes longer by no more than that, or a quarter of the file if
 *     that is more, for the sake of a bounded snapshot; but for what is committed between two of
 *     its reads
 */
public record SqliteOptions(
    boolean readOnly, boolean durable, long cacheBytes, int readers, long snapshotLogBytes) {
  public static final SqliteOptions DEFAULT =
      new SqliteOptions(false, true, 32L << 20, 4, 256L << 20);

  public SqliteOptions {
    if (cacheBytes < 0 || readers < 1) {
      throw new IllegalArgumentException("cacheBytes " + cacheBytes + ", readers " + readers);
    }
  }

  public SqliteOptions withReadOnly(boolean value) {
    return new SqliteOptions(value, durable, cacheBytes, readers, snapshotLogBytes);
  }

  public SqliteOptions withDurable(boolean value) {
    return new SqliteOptions(readOnly, value, cacheBytes, readers, snapshotLogBytes);
  }

  public SqliteOptions withCacheBytes(long value) {
    return new SqliteOptions(readOnly, durable, value, readers, snapshotLogBytes);
  }

  public SqliteOptions withReaders(int value) {
    return new SqliteOptions(readOnly, durable, cacheBytes, value, snapshotLogBytes);
  }

  public SqliteOptions withSnapshotLogBytes(long value) {
    return new SqliteOptions(readOnly, durable, cacheBytes, readers, value);
  }

  /** Commits touch the most pages: half for the writer, the rest for the readers. */
  long writerCacheBytes() {
    return cacheBytes / 2;
  }

  long readerCacheBytes() {
    return cacheBytes / 2 / readers;
  }
}
