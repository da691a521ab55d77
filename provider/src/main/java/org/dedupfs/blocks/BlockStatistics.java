package org.dedupfs.blocks;

/**
 * Counters of the blocks that are stored.
 *
 * @param blocks how many
 * @param rawBytes their bytes before compression
 * @param storedBytes their payload and headers
 */
public record BlockStatistics(long blocks, long rawBytes, long storedBytes) {}
