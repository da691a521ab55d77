package org.dedupfs.content;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the written bytes of all files that are not cut into blocks yet. Who would pass the bound
 * cuts its own file first, then the file that has been dirty longest. Counts, too, the extents that
 * were cut and wait for a commit. Thread-safe.
 */
final class DirtyBudget {
  /** About 100 bytes each; more than are made between commits by default. */
  private static final long MANY_EXTENTS = 1 << 17;

  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();
  private final AtomicLong extents = new AtomicLong();
  private final LinkedHashSet<FileContent> dirty = new LinkedHashSet<>();

  DirtyBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  long usedBytes() {
    return usedBytes.get();
  }

  void add(long bytes) {
    usedBytes.addAndGet(bytes);
  }

  /** Some extents more wait for a commit, or fewer. */
  void addExtents(int count) {
    extents.addAndGet(count);
  }

  /** Whether so many extents wait for a commit that it should not be put off. */
  boolean hasManyExtents() {
    return extents.get() > MANY_EXTENTS;
  }

  synchronized void markDirty(FileContent file) {
    dirty.add(file);
  }

  synchronized void markClean(FileContent file) {
    dirty.remove(file);
  }

  /** Those with bytes or truncations not cut yet, oldest first. */
  synchronized java.util.List<FileContent> dirtyFiles() {
    return java.util.List.copyOf(dirty);
  }

  private synchronized @Nullable FileContent oldest(java.util.Set<FileContent> tried) {
    for (FileContent file : dirty) {
      if (!tried.contains(file)) {
        return file;
      }
    }
    return null;
  }

  /**
   * Returns when {@code bytes} more may be written. No lock may be held.
   *
   * @throws IOException if that cannot be, because what is dirty cannot be stored
   */
  void makeRoom(FileContent writer, long bytes) throws IOException {
    if (usedBytes.get() + bytes <= limitBytes) {
      return;
    }
    writer.drain(false);
    java.util.Set<FileContent> tried =
        java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    IOException failure = null;
    while (usedBytes.get() + bytes > limitBytes) {
      FileContent victim = oldest(tried);
      if (victim == null) {
        break;
      }
      tried.add(victim);
      try {
        victim.drain(true);
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        failure = e;
      }
    }
    // other writers may have used what was freed: over the bound only when nothing can be stored
    if (failure != null && usedBytes.get() + bytes > limitBytes) {
      throw new IOException(
          "cannot store what was written before: " + failure.getMessage(), failure);
    }
  }
}
