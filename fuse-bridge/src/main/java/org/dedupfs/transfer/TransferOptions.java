package org.dedupfs.transfer;

/**
 * How a tree is copied.
 *
 * @param threads that copy files
 * @param oneFileSystem whether directories on other devices than their parent's are left out
 * @param leftOut directories of the source to leave out wherever they show up: those of the store
 *     and its mounts, which would swallow itself
 * @param untouched directories at the target that nothing may be put into: those of the store and
 *     its mounts, which would be overwritten by what comes out of it
 * @param replaces whether what is at the target is replaced; needs a store at the target if not
 * @param clones whether both sides are one store, where a copy costs metadata only
 */
public record TransferOptions(
    int threads,
    boolean oneFileSystem,
    StorePlaces leftOut,
    StorePlaces untouched,
    boolean replaces,
    boolean clones) {

  /** Copies everything there is. */
  public static TransferOptions whole(int threads) {
    return new TransferOptions(threads, false, StorePlaces.NONE, StorePlaces.NONE, true, false);
  }

  /** Into a store, whose own directories may be somewhere in the source. */
  public static TransferOptions into(StorePlaces store, int threads, boolean oneFileSystem) {
    return new TransferOptions(threads, oneFileSystem, store, StorePlaces.NONE, true, false);
  }

  /** Out of a store, whose own directories may be somewhere at the target. */
  public static TransferOptions outOf(StorePlaces store, int threads) {
    return new TransferOptions(threads, false, StorePlaces.NONE, store, true, false);
  }

  /** Inside one store. */
  public static TransferOptions cloning(int threads, boolean replaces) {
    return new TransferOptions(threads, false, StorePlaces.NONE, StorePlaces.NONE, replaces, true);
  }
}
