package org.dedupfs.bridge;

/**
 * A file that was opened.
 *
 * @param keepCache whether what the kernel has cached of its bytes is still right
 */
public record OpenedFile(long handle, boolean keepCache) {}
