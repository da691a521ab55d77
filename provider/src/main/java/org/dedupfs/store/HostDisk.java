package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.content.DiskSpace;

/** The disk or disks below a store; the fuller one counts. */
final class HostDisk implements DiskSpace {
  private final FileStore metadata;
  private final FileStore blocks;

  HostDisk(Path metadataDirectory, Path blocksDirectory) throws IOException {
    this.metadata = Files.getFileStore(metadataDirectory);
    this.blocks = Files.getFileStore(blocksDirectory);
  }

  @Override
  public long usableBytes() throws IOException {
    return Math.min(metadata.getUsableSpace(), blocks.getUsableSpace());
  }

  @Override
  public long unallocatedBytes() throws IOException {
    return Math.min(metadata.getUnallocatedSpace(), blocks.getUnallocatedSpace());
  }

  @Override
  public long totalBytes() throws IOException {
    return Math.min(metadata.getTotalSpace(), blocks.getTotalSpace());
  }
}
