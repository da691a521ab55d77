package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where rows are read from: committed state, what is visible, or what a change has made so far. */
public interface RowReader {
  /**
   * Reads one row.
   *
   * @return the row, or null when there is none
   * @throws MetadataDamagedException if the row is not what was written
   */
  <R extends Row> @Nullable R get(RowKey<R> key) throws IOException;

  /**
   * Rows from {@code from} (included) to {@code to} (excluded, same table), ascending.
   *
   * @param limit at most so many; at least 1
   */
  <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit) throws IOException;

  /**
   * The row with the greatest key not above {@code key} that has the same {@code first}, or null.
   */
  <R extends Row> @Nullable R floor(RowKey<R> key) throws IOException;
}
