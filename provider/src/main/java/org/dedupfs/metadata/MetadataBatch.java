package org.dedupfs.metadata;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The final states of the rows that a commit changes; a null value deletes. Not thread-safe. */
public final class MetadataBatch {
  private final TreeMap<RowKey<?>, @Nullable Row> changes = new TreeMap<>();

  public MetadataBatch put(Row row) {
    changes.put(row.key(), row);
    return this;
  }

  public MetadataBatch delete(RowKey<?> key) {
    changes.put(key, null);
    return this;
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /** In key order. */
  public SortedMap<RowKey<?>, @Nullable Row> changes() {
    return Collections.unmodifiableSortedMap(changes);
  }
}
