package org.dedupfs;

/**
 * What a sweep did.
 *
 * @param blocksDeleted blocks no file used
 * @param storedBytesDeleted their payload and headers
 */
public record SweepSummary(long blocksDeleted, long storedBytesDeleted) {}
