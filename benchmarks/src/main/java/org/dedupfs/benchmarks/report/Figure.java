package org.dedupfs.benchmarks.report;

/**
 * How fast one of those did it that did the same work in turns.
 *
 * @param who dedupfs, or what it is measured against
 * @param baseline whether it is not dedupfs
 * @param perSecond in units of the workload
 * @param cpu CPU seconds per GB (10^9 bytes) where the workload is measured in bytes, else
 *     microseconds for each
 * @param rounds how many counted
 */
public record Figure(String who, boolean baseline, Spread perSecond, Spread cpu, int rounds) {}
