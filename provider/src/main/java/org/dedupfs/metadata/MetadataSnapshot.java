package org.dedupfs.metadata;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What was committed at one moment, whatever is committed afterwards: for those who look at all of
 * it. While one is open the store keeps what it replaces, so it is closed soon. Not thread-safe.
 */
public interface MetadataSnapshot extends AutoCloseable {

  /** Is told of damage that is passed over. */
  @FunctionalInterface
  interface Damage {
    /**
     * @param table the table of the damaged row; null when it is more than a row
     */
    void found(@Nullable Table<?> table, String what);
  }

  /** Rows in key order; closed by whoever asked for them. */
  interface Rows<R extends Row> extends AutoCloseable {
    /**
     * The next row that is sound, null behind the last one.
     *
     * @throws MetadataDamagedException if no more can be read
     */
    @Nullable R next() throws IOException;

    @Override
    void close() throws IOException;
  }

  /**
   * Reads one row.
   *
   * @throws MetadataDamagedException if the row is not what was written
   */
  <R extends Row> @Nullable R get(RowKey<R> key) throws IOException;

  /** All rows from {@code from} (included) to {@code to} (excluded); damaged ones are told. */
  <R extends Row> Rows<R> rows(RowKey<R> from, RowKey<R> to, Damage damage) throws IOException;

  /**
   * Looks for damage to what holds the rows together. Reads everything; an interrupt of the thread
   * ends it.
   *
   * @throws java.io.InterruptedIOException if it was interrupted; the thread still is
   */
  void checkStructure(Damage damage) throws IOException;

  @Override
  void close() throws IOException;
}
