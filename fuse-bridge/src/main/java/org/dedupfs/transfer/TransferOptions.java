package org.dedupfs.transfer;

import org.jspecify.annotations.Nullable;

/**
 * How a tree is copied.
 *
 * @param threads that copy files
 * @param oneFileSystem whether directories on other devices than their parent's are left out
 * @param leftOut a directory to leave out wherever it shows up: the store, which would swallow
 *     itself
 * @param clones whether both sides are one store, where a copy costs metadata only
 */
public record TransferOptions(
    int threads, boolean oneFileSystem, EntryAttributes.@Nullable FileId leftOut, boolean clones) {

  /** Copies everything there is. */
  public static TransferOptions whole(int threads) {
    return new TransferOptions(threads, false, null, false);
  }
}
