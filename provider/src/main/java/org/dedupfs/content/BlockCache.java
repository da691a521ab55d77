package org.dedupfs.content;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.concurrent.Executor;
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
    Cached block = new Cached(extent.check(), blocks.read(extent.block(), extent.check()));
    cache.put(extent.blockId(), block);
    if (miss != null) {
      miss.end(activity, "blocks", extent.blockId());
    }
    return block;
  }

  /** Starts to read a block that will soon be wanted; drops the wish when there is much to do. */
  void readAhead(Extent extent) {
    if (!extent.isBlock() || cache.asMap().containsKey(extent.blockId())) {
      return;
    }
    try {
      readAhead.execute(() -> load(extent));
    } catch (RejectedExecutionException e) {
      // busy: whoever wants the block reads it himself
      return;
    }
  }

  private void load(Extent extent) {
    @Nullable Cached present = cache.getIfPresent(extent.blockId());
    if (present != null) {
      return;
    }
    try {
      byte[] bytes = blocks.read(extent.block(), extent.check());
      cache.put(extent.blockId(), new Cached(extent.check(), bytes));
      activity.count(StoreFigure.BLOCKS_READ_AHEAD);
    } catch (IOException | RuntimeException | Error e) {
      // the reader who needs the block meets the same failure, with somebody to tell
      return;
    }
  }
}
