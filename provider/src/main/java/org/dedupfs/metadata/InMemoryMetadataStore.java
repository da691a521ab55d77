package org.dedupfs.metadata;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A metadata store in the heap, for tests: nothing is durable. Closing keeps what was committed, so
 * that a test "reopens" by going on with the same object.
 */
public final class InMemoryMetadataStore implements MetadataStore {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  @GuardedBy("lock")
  private final TreeMap<RowKey<?>, Row> rows = new TreeMap<>();

  @GuardedBy("lock")
  private @Nullable IOException failure;

  /** From now on commits fail with this and change nothing. */
  public void failCommits(IOException cause) {
    lock.writeLock().lock();
    try {
      failure = cause;
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public <R extends Row> @Nullable R get(RowKey<R> key) {
    lock.readLock().lock();
    try {
      return CleanRows.cast(key, rows.get(key));
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit) {
    RowKey.checkRange(from, to, limit);
    if (from.compareTo(to) >= 0) {
      return List.of();
    }
    lock.readLock().lock();
    try {
      List<R> result = new ArrayList<>();
      for (Row row : rows.subMap(from, to).values()) {
        if (result.size() == limit) {
          break;
        }
        result.add(CleanRows.cast(from, row));
      }
      return result;
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public <R extends Row> @Nullable R floor(RowKey<R> key) {
    lock.readLock().lock();
    try {
      Map.Entry<RowKey<?>, Row> entry = rows.floorEntry(key);
      return entry == null
              || entry.getKey().table() != key.table()
              || entry.getKey().first() != key.first()
          ? null
          : CleanRows.cast(key, entry.getValue());
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void commit(MetadataBatch batch) throws IOException {
    lock.writeLock().lock();
    try {
      if (failure != null) {
        throw new IOException("commits fail by request", failure);
      }
      for (Map.Entry<RowKey<?>, @Nullable Row> change : batch.changes().entrySet()) {
        Row row = change.getValue();
        if (row == null && change.getKey().isAllExtents()) {
          InodeNumber inode = new InodeNumber(change.getKey().first());
          rows.subMap(RowKey.extents(inode, 0), RowKey.allExtents(inode)).clear();
        } else if (row == null) {
          rows.remove(change.getKey());
        } else {
          rows.put(change.getKey(), row);
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public List<RowKey<ExtentPage>> extentKeys(InodeNumber inode) {
    return range(RowKey.extents(inode, 0), RowKey.allExtents(inode), Integer.MAX_VALUE).stream()
        .map(ExtentPage::key)
        .toList();
  }

  @Override
  public MetadataSnapshot snapshot() {
    lock.readLock().lock();
    try {
      return new InMemorySnapshot(new TreeMap<>(rows));
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The weight of all rows. */
  @Override
  public long diskBytes() {
    lock.readLock().lock();
    try {
      return rows.values().stream().mapToLong(Row::weightBytes).sum();
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {}
}
