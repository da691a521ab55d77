package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.Path;
import org.dedupfs.content.DiskSpace;
import org.dedupfs.disk.HostSpace;

/** The disk or disks below a store; the fuller one counts. */
final class HostDisk implements DiskSpace {
  private final HostSpace metadata;
  private final HostSpace blocks;
  private final SpaceReserve reserve;

  HostDisk(Path metadataDirectory, Path blocksDirectory, SpaceReserve reserve) throws IOException {
    this.reserve = reserve;
    this.metadata = HostSpace.of(metadataDirectory);
    this.blocks = HostSpace.of(blocksDirectory);
  }

  @Override
  public long usableBytes() throws IOException {
    return Math.min(metadata.usableBytes(), blocks.usableBytes());
  }

  @Override
  public Use useReserve(long neededBytes) {
    return reserve.use(neededBytes);
  }

  @Override
  public long unallocatedBytes() throws IOException {
    return Math.min(metadata.unallocatedBytes(), blocks.unallocatedBytes());
  }

  @Override
  public long totalBytes() throws IOException {
    return Math.min(metadata.totalBytes(), blocks.totalBytes());
  }
}
