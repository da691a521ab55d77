package org.dedupfs.bridge;

/**
 * A file that was opened. The kernel drops what it has cached of its bytes.
 *
 * @param directIo whether what is read and written by this handle must go past the kernel's pages
 */
public record OpenedFile(long handle, boolean directIo) {}
