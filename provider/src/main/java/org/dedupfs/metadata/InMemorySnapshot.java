package org.dedupfs.metadata;

import java.util.Iterator;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A copy of all rows; never damaged. */
record InMemorySnapshot(TreeMap<RowKey<?>, Row> all) implements MetadataSnapshot {

  @Override
  public <R extends Row> @Nullable R get(RowKey<R> key) {
    return CleanRows.cast(key, all.get(key));
  }

  @Override
  public <R extends Row> Rows<R> rows(RowKey<R> from, RowKey<R> to, Damage damage) {
    Iterator<Row> left =
        from.compareTo(to) < 0
            ? all.subMap(from, to).values().iterator()
            : java.util.Collections.emptyIterator();
    return new Rows<>() {
      @Override
      public @Nullable R next() {
        return left.hasNext() ? CleanRows.cast(from, left.next()) : null;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void checkStructure(Damage damage) {}

  @Override
  public void close() {}
}
