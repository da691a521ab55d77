package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An in-memory store that counts, and lets a test step in between. */
final class CountingStore implements MetadataStore {
  final InMemoryMetadataStore memory;
  final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger commits = new AtomicInteger();
  volatile @Nullable Runnable afterRead;
  volatile @Nullable Runnable onCommit;

  CountingStore(InMemoryMetadataStore memory) {
    this.memory = memory;
  }

  private <T extends @Nullable Object> T counted(T result) {
    reads.incrementAndGet();
    Runnable hook = afterRead;
    if (hook != null) {
      hook.run();
    }
    return result;
  }

  @Override
  public <R extends Row> @Nullable R get(RowKey<R> key) {
    return counted(memory.get(key));
  }

  @Override
  public <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit) {
    return counted(memory.range(from, to, limit));
  }

  @Override
  public <R extends Row> @Nullable R floor(RowKey<R> key) {
    return counted(memory.floor(key));
  }

  @Override
  public void commit(MetadataBatch batch) throws IOException {
    Runnable hook = onCommit;
    if (hook != null) {
      hook.run();
    }
    commits.incrementAndGet();
    memory.commit(batch);
  }

  @Override
  public long diskBytes() {
    return memory.diskBytes();
  }

  @Override
  public void close() {
    memory.close();
  }
}
