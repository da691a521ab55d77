package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.function.ToLongFunction;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.Row;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.jspecify.annotations.Nullable;

/** The rows of a table, those of one inode after the other. */
final class RowStream<R extends Row> implements AutoCloseable {
  /** The owner of no row. */
  static final long END = Long.MAX_VALUE;

  private final MetadataSnapshot.Rows<R> rows;
  private final ToLongFunction<R> owner;
  private @Nullable R head;

  private RowStream(MetadataSnapshot.Rows<R> rows, ToLongFunction<R> owner) {
    this.rows = rows;
    this.owner = owner;
  }

  static <R extends Row> RowStream<R> of(
      MetadataSnapshot metadata,
      Table<R> table,
      ToLongFunction<R> owner,
      MetadataSnapshot.Damage damage)
      throws IOException {
    RowStream<R> stream =
        new RowStream<>(metadata.rows(RowKey.first(table), RowKey.end(table), damage), owner);
    stream.head = stream.rows.next();
    return stream;
  }

  /** The inode that the next row belongs to. */
  long owner() {
    return head == null ? END : owner.applyAsLong(head);
  }

  /** The next row if it belongs to that inode, else null. */
  @Nullable R take(long inode) throws IOException {
    R row = head;
    if (row == null || owner() != inode) {
      return null;
    }
    head = rows.next();
    return row;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
