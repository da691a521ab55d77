package org.dedupfs.tree;

/**
 * That reading a file sets no access time for now, so that its row need not be looked at with each
 * read while nothing changes in the store; after any change of metadata it is, once.
 *
 * @param changes how many changes there had been when that was found
 * @param generation what the file's bytes were then
 * @param dueNanos until when it holds if nothing changes
 */
record AccessStamp(long changes, long generation, long dueNanos) {
  /** Nothing is known. */
  static final AccessStamp NONE = new AccessStamp(-1, -1, AccessPolicy.ALWAYS);
}
