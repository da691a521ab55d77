package org.dedupfs.maintenance;

import java.time.Duration;

/**
 * What a sweep found.
 *
 * @param dryRun whether the dead blocks were left where they are
 * @param liveBlocks distinct blocks in use
 * @param deadBlocks blocks that nothing used
 * @param deadStoredBytes their payload and headers
 * @param deadRawBytes their bytes before compression
 * @param took from start to end
 */
public record SweepReport(
    boolean dryRun,
    long liveBlocks,
    long deadBlocks,
    long deadStoredBytes,
    long deadRawBytes,
    Duration took) {}
