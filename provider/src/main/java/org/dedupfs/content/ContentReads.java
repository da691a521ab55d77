package org.dedupfs.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file through all its layers. Safe for any number of threads: what a range consists of
 * is found out under the state lock, blocks are read outside of it.
 */
final class ContentReads {
  private static final int EXTENTS_PER_BATCH = 4096;

  private final ContentStore store;
  private final InodeNumber inode;
  private final Layers layers; // guarded by state
  private final ReentrantReadWriteLock state;
  private final ReadAhead readAhead = new ReadAhead();

  ContentReads(ContentStore store, InodeNumber inode, Layers layers, ReentrantReadWriteLock state) {
    this.store = store;
    this.inode = inode;
    this.layers = layers;
    this.state = state;
  }

  /**
   * Reads into the remaining bytes of {@code target}.
   *
   * @return how many bytes, fewer than remain only at the end or before damage; -1 at or beyond the
   *     end
   * @throws DamagedContentException if a block or an extent is not what was written
   */
  int read(long offsetBytes, ByteBuffer target) throws IOException {
    store.countRead();
    @Nullable Extent missed = null;
    ReadPlan plan = plan(offsetBytes, target);
    int done = plan.length < 0 ? -1 : plan.fill(store.cache(), 0);
    // A block may have been replaced and swept since the extents were read: look again, until the
    // file is found to name the same one still.
    while (done >= 0 && done < plan.length && !Objects.equals(plan.damaged(), missed)) {
      missed = plan.damaged();
      layers.forgetWhole();
      plan = plan(offsetBytes, target);
      done = plan.length < 0 ? -1 : plan.fill(store.cache(), 0);
    }
    if (done < 0) {
      return -1;
    }
    if (done == 0 && plan.length > 0) {
      throw plan.damage(inode);
    }
    target.position(target.position() + done);
    if (done < plan.sizeBytes) { // else nothing comes next
      readAhead.advance(this, store.cache(), offsetBytes, done, plan.sizeBytes);
    }
    return done;
  }

  private ReadPlan plan(long offset, ByteBuffer target) throws IOException {
    WholeFile known = layers.whole();
    if (known != null) {
      ReadPlan plan = new ReadPlan(target, offset, known.sizeBytes());
      known.resolve(offset, plan.endBytes(), plan);
      return plan;
    }
    state.readLock().lock();
    try {
      ReadPlan plan = new ReadPlan(target, offset, layers.size());
      if (plan.length > 0) {
        layers.resolve(offset, plan.endBytes(), plan);
        WholeFile found = plan.whole();
        if (found != null) {
          layers.keep(found);
        }
      }
      return plan;
    } finally {
      state.readLock().unlock();
    }
  }

  /**
   * What a range consists of, clipped to it and to the file; null when a part of it has not been
   * cut into blocks.
   *
   * @param limit about how many extents at the most
   * @param beforeChange is told of each block while the file cannot change
   */
  @Nullable List<Extent> stored(long from, long to, int limit, LongConsumer beforeChange)
      throws IOException {
    List<Extent> found = new ArrayList<>();
    boolean[] dirty = {false};
    LayerSink sink =
        new LayerSink() {
          @Override
          public boolean dirty(DirtyLayer.Piece piece, long start, long end) {
            dirty[0] = true;
            return false;
          }

          @Override
          public boolean extent(Extent extent) {
            found.add(extent);
            return found.size() < limit;
          }
        };
    state.readLock().lock();
    try {
      if (from < Math.min(to, layers.size())) {
        layers.resolve(from, to, sink);
      }
      for (Extent extent : found) {
        if (extent.isBlock()) {
          beforeChange.accept(extent.blockId());
        }
      }
    } finally {
      state.readLock().unlock();
    }
    return dirty[0] ? null : found;
  }

  /** The block extents of a range, for read-ahead. */
  List<Extent> extents(long from, long to) throws IOException {
    List<Extent> found = new ArrayList<>();
    state.readLock().lock();
    try {
      if (from < layers.size()) {
        layers.resolve(
            from,
            to,
            new LayerSink() {
              @Override
              public boolean dirty(DirtyLayer.Piece piece, long start, long end) {
                return true;
              }

              @Override
              public boolean extent(Extent extent) {
                found.add(extent);
                return true;
              }
            });
      }
    } finally {
      state.readLock().unlock();
    }
    return found;
  }

  /** Adds up the whole file, a batch of extents at a time under the state lock. */
  void count(UsageCount usage) throws IOException {
    long[] next = {0};
    List<Extent> batch = new ArrayList<>();
    LayerSink sink =
        new LayerSink() {
          @Override
          public boolean dirty(DirtyLayer.Piece piece, long from, long to) {
            usage.addDirty(to - from);
            next[0] = to;
            return true;
          }

          @Override
          public boolean extent(Extent extent) {
            batch.add(extent);
            next[0] = extent.endBytes();
            return batch.size() < EXTENTS_PER_BATCH;
          }
        };
    boolean more = true;
    while (more) {
      batch.clear();
      state.readLock().lock();
      try {
        if (next[0] < layers.size()) {
          layers.resolve(next[0], layers.size(), sink);
        }
        more = next[0] < layers.size();
      } finally {
        state.readLock().unlock();
      }
      usage.addAll(batch);
    }
  }

  /** Where data, or a hole, begins from {@code offset} on; see {@link FileContent}. */
  long next(long offset, boolean wantHole) throws IOException {
    long[] found = {-1};
    LayerSink sink =
        new LayerSink() {
          @Override
          public boolean dirty(DirtyLayer.Piece piece, long from, long to) {
            return tell(from, false);
          }

          @Override
          public boolean extent(Extent extent) {
            return tell(extent.offsetBytes(), extent.isHole());
          }

          private boolean tell(long from, boolean hole) {
            if (hole == wantHole) {
              found[0] = from;
            }
            return found[0] < 0;
          }
        };
    state.readLock().lock();
    try {
      if (offset < 0 || offset >= layers.size()) {
        return -1;
      }
      layers.resolve(offset, layers.size(), sink);
      return found[0] < 0 && wantHole ? layers.size() : found[0];
    } finally {
      state.readLock().unlock();
    }
  }
}
