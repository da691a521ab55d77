package org.dedupfs;

/**
 * What a sweep did, or a dry run of one would do.
 *
 * @param blocksDeleted blocks no file used
 * @param storedBytesDeleted their payload and headers
 */
public record SweepSummary(long blocksDeleted, long storedBytesDeleted) {}
