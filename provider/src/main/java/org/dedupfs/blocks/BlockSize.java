package org.dedupfs.blocks;

/**
 * What one stored block takes.
 *
 * @param rawBytes its bytes before compression
 * @param storedBytes its payload and header
 */
public record BlockSize(int rawBytes, int storedBytes) {}
