package org.dedupfs.blocks;

/** The ids that a mark has found alive; a thread-safe, paged bitmap that is never persisted. */
public interface LiveSet {
  void add(long blockId);

  boolean contains(long blockId);

  /** How many ids are in the set. */
  long size();
}
