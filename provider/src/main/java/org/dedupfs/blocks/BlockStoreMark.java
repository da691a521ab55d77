package org.dedupfs.blocks;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a block store by those who rely on it: which one it is, and how far it was
 * durable. So one that was exchanged, or is older than it was, is known when it is opened.
 *
 * @param identity which store; null if that is not known
 * @param successor the one that a repair was putting in its place, and of which nothing else is
 *     known; null if there is none
 * @param sequence a {@link BlockStore#durableMark} that the store has had; negative if none is
 *     known
 */
public record BlockStoreMark(@Nullable String identity, @Nullable String successor, long sequence) {
  /** Of a store of which nothing is known. */
  public static final BlockStoreMark UNKNOWN = new BlockStoreMark(null, null, -1);

  /** Whether the store with an identity may be that of this mark, or what takes its place. */
  public boolean allows(@Nullable String found) {
    return found == null || identity == null || found.equals(identity) || isSuccessor(found);
  }

  boolean isSuccessor(@Nullable String found) {
    return found != null && found.equals(successor);
  }

  /** How far the store with an identity was durable at least; negative if that is not known. */
  long leastOf(@Nullable String found) {
    return isSuccessor(found) ? -1 : sequence;
  }
}
