package org.dedupfs.content;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.dedupfs.StoreFigure;
import org.dedupfs.activity.Activity;
import org.dedupfs.activity.CacheMiss;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.Extent;
import org.jspecify.annotations.Nullable;

/** Decompressed, verified blocks, bounded in bytes and shared by all files. Thread-safe. */
final class BlockCache {
  private record Cached(int check, byte[] bytes) {}

  private final BlockStore blocks;
  private final Executor readAhead;
  private final Activity activity;
  private final Cache<Long, Cached> cache;

  /**
   * What is read, or will be read ahead. A reader who gets there first does it himself, or waits:
   * neighbours of a stream, in requests that are served at a time, share a block.
   */
  private final ConcurrentMap<Long, FutureTask<Cached>> loading = new ConcurrentHashMap<>();

  BlockCache(BlockStore blocks, long maxBytes, Executor readAhead, Activity activity) {
    this.activity = activity;
    this.blocks = blocks;
    this.readAhead = readAhead;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Long id, Cached block) -> block.bytes.length + 64)
            .executor(Runnable::run)
            .build();
  }

  /**
   * The raw bytes of the block an extent names: shared, not to be changed.
   *
   * @throws BlockDamagedException if they are not what was written
   */
  byte[] read(Extent extent) throws IOException {
    Cached block = cache.getIfPresent(extent.blockId());
    if (block == null) {
      activity.count(StoreFigure.BLOCK_CACHE_MISSES);
      block = missed(extent);
    } else {
      activity.count(StoreFigure.BLOCK_CACHE_HITS);
    }
    if (block.check != extent.check()) {
      throw new BlockDamagedException(extent.block(), "is not the block that the file names");
    }
    if (extent.skipBytes() + extent.lengthBytes() > block.bytes.length) {
      throw new BlockDamagedException(
          extent.block(),
          "has " + block.bytes.length + " bytes, fewer than the file takes from it");
    }
    return block.bytes;
  }

  private Cached missed(Extent extent) throws IOException {
    CacheMiss miss = CacheMiss.begin();
    Cached block = loadOnce(extent);
    if (block == null) {
      block = load(extent);
    }
    if (miss != null) {
      miss.end(activity, "blocks", extent.blockId());
    }
    return block;
  }

  /**
   * Starts to read a block that will soon be wanted; drops the wish when there is much to do.
   *
   * @return whether there is room for more wishes
   */
  boolean readAhead(Extent extent) {
    Long id = extent.blockId();
    if (!extent.isBlock() || cache.asMap().containsKey(id)) {
      return true;
    }
    FutureTask<Cached> task = new FutureTask<>(() -> loadAhead(extent));
    if (loading.putIfAbsent(id, task) != null) {
      return true;
    }
    boolean queued = false;
    try {
      readAhead.execute(() -> runAhead(id));
      queued = true;
    } catch (RejectedExecutionException e) {
      return false; // busy: whoever wants the block reads it himself
    } finally {
      if (!queued) {
        loading.remove(id, task);
      }
    }
    return true;
  }

  /** By its number: what a reader has done long since is not to stay in memory while it queues. */
  private void runAhead(Long id) {
    FutureTask<Cached> task = loading.get(id);
    if (task != null) {
      task.run();
      if (task.isDone()) { // else the reader who is at it removes it
        loading.remove(id, task);
      }
    }
  }

  /**
   * Loads a block, once for all who want it at a time; null if that failed. Such a failure is told
   * to nobody: a reader meets the same by himself.
   */
  private @Nullable Cached loadOnce(Extent extent) {
    FutureTask<Cached> own = new FutureTask<>(() -> load(extent));
    FutureTask<Cached> begun = loading.putIfAbsent(extent.blockId(), own);
    FutureTask<Cached> task = begun == null ? own : begun;
    task.run();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // the wait is for one block, and its work is not to be interrupted
        }
      }
    } catch (ExecutionException e) {
      return null;
    } finally {
      loading.remove(extent.blockId(), task);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Cached loadAhead(Extent extent) throws IOException {
    Cached block = load(extent);
    activity.count(StoreFigure.BLOCKS_READ_AHEAD);
    return block;
  }

  private Cached load(Extent extent) throws IOException {
    Cached block = new Cached(extent.check(), blocks.read(extent.block(), extent.check()));
    cache.put(extent.blockId(), block);
    return block;
  }
}
