package org.dedupfs.transfer;

import org.jspecify.annotations.Nullable;

/**
 * How a tree is copied.
 *
 * @param threads that copy files
 * @param oneFileSystem whether directories on other devices than their parent's are left out
 * @param leftOut a directory to leave out wherever it shows up: the store, which would swallow
 *     itself
 */
public record TransferOptions(
    int threads, boolean oneFileSystem, EntryAttributes.@Nullable FileId leftOut) {}
