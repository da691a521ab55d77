package org.dedupfs;

/**
 * What a check has looked at.
 *
 * @param findings things wrong
 * @param inodes files and directories
 * @param names of them
 * @param extents parts that files consist of
 * @param blocks distinct blocks stored
 */
public record CheckSummary(long findings, long inodes, long names, long extents, long blocks) {}
