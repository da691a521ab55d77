package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An in-memory store that counts, and lets a test step in between. */
final class CountingStore implements MetadataStore {
  final InMemoryMetadataStore memory;
  final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger commits = new AtomicInteger();
  volatile @Nullable Runnable beforeRead;
  volatile @Nullable Runnable afterRead;
  volatile @Nullable Runnable onCommit;

  CountingStore(InMemoryMetadataStore memory) {
    this.memory = memory;
  }

  private <T extends @Nullable Object> T counted(Supplier<T> read) {
    reads.incrementAndGet();
    run(beforeRead);
    T result = read.get();
    run(afterRead);
    return result;
  }

  private static void run(@Nullable Runnable hook) {
    if (hook != null) {
      hook.run();
    }
  }

  @Override
  public <R extends Row> @Nullable R get(RowKey<R> key) {
    return counted(() -> memory.get(key));
  }

  @Override
  public <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit) {
    return counted(() -> memory.range(from, to, limit));
  }

  @Override
  public <R extends Row> @Nullable R floor(RowKey<R> key) {
    return counted(() -> memory.floor(key));
  }

  @Override
  public List<RowKey<ExtentPage>> extentKeys(InodeNumber inode) {
    return counted(() -> memory.extentKeys(inode));
  }

  @Override
  public void commit(MetadataBatch batch) throws IOException {
    run(onCommit);
    commits.incrementAndGet();
    memory.commit(batch);
  }

  @Override
  public MetadataSnapshot snapshot() {
    return memory.snapshot();
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
