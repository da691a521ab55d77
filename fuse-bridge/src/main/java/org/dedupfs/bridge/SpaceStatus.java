package org.dedupfs.bridge;

/** What statvfs(2) tells; blocks in units of {@code blockSizeBytes}. */
public record SpaceStatus(
    int blockSizeBytes,
    long blocks,
    long blocksFree,
    long blocksAvailable,
    long inodes,
    long inodesFree,
    int nameMaxBytes) {}
