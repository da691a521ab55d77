package org.dedupfs;

/**
 * What a repair has done.
 *
 * @param repaired findings that were put in order
 * @param left findings that remain: data that is lost, or can only be healed by writing it again
 */
public record RepairSummary(long repaired, long left) {}
