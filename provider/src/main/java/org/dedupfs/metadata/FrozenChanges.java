package org.dedupfs.metadata;

import java.util.concurrent.atomic.AtomicBoolean;

/** What one commit will contain: a prefix of history. Opaque. */
public final class FrozenChanges {
  private final LiveMetadata owner;
  private final RowTree rows;
  private final AtomicBoolean claimed = new AtomicBoolean();

  FrozenChanges(LiveMetadata owner, RowTree rows) {
    this.owner = owner;
    this.rows = rows;
  }

  RowTree rows() {
    return rows;
  }

  /** True for the first caller only: a frozen set is committed once. */
  boolean claim(LiveMetadata committer) {
    return committer == owner && claimed.compareAndSet(false, true);
  }

  MetadataBatch toBatch() {
    MetadataBatch batch = new MetadataBatch();
    rows.forEach(
        entry -> {
          if (entry.row == null) {
            batch.delete(entry.key);
          } else {
            batch.put(entry.row);
          }
        });
    return batch;
  }
}
