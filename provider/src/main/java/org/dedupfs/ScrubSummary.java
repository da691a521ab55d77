package org.dedupfs;

/**
 * What a scrub has found.
 *
 * @param blocks verified, parts of the scrub before an interruption included
 * @param storedBytes their length as they are stored
 * @param damagedBlocks blocks that cannot be read
 * @param damagedFiles files that have ranges in them
 * @param resumed whether it went on where an earlier one was stopped
 */
public record ScrubSummary(
    long blocks, long storedBytes, long damagedBlocks, long damagedFiles, boolean resumed) {}
