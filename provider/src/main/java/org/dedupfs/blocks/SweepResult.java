package org.dedupfs.blocks;

/**
 * What a sweep freed: {@code storedBytes} are payload and headers, {@code rawBytes} before
 * compression.
 */
public record SweepResult(long blocks, long storedBytes, long rawBytes) {}
