package org.dedupfs.content;

import java.io.IOException;
import java.util.List;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockSize;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.blocks.PagedLiveSet;
import org.dedupfs.metadata.Extent;

/**
 * Adds up what a file's extents come to. Takes, beside some extents at a time, one bit per block id
 * of the regions of the store that the file's blocks lie in: 2 MB per TiB at the most.
 */
final class UsageCount {
  private final BlockStore blocks;
  private final LiveSet counted = new PagedLiveSet();
  private long logicalBytes;
  private long storedBytes;
  private long uniqueBytes;
  private long chunks;

  UsageCount(BlockStore blocks) {
    this.blocks = blocks;
  }

  void addDirty(long bytes) {
    logicalBytes += bytes;
  }

  void addAll(List<Extent> extents) throws IOException {
    for (Extent extent : extents) {
      logicalBytes += extent.isHole() ? 0 : extent.lengthBytes();
      if (extent.isBlock()) {
        chunks++;
        if (!counted.contains(extent.blockId())) {
          counted.add(extent.blockId());
          add(extent.block());
        }
      }
    }
  }

  private void add(BlockId id) throws IOException {
    BlockSize size = blocks.size(id);
    if (size != null) {
      storedBytes += size.storedBytes();
      uniqueBytes += size.rawBytes();
    }
  }

  ContentUsage result() {
    return new ContentUsage(logicalBytes, storedBytes, uniqueBytes, chunks);
  }
}
