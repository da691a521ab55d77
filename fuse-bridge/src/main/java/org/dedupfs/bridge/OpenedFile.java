package org.dedupfs.bridge;

/** A file that was opened. The kernel drops what it has cached of its bytes. */
public record OpenedFile(long handle) {}
