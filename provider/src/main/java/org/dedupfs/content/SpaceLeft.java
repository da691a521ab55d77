package org.dedupfs.content;

/**
 * What is left on the disk below, what was accepted but is not on it yet counting as taken.
 *
 * @param totalBytes all of the disk
 * @param freeBytes free on it, what it keeps for its administrator included
 * @param usableBytes what a store accepts before it is full: without that and its own reserve
 */
public record SpaceLeft(long totalBytes, long freeBytes, long usableBytes) {}
