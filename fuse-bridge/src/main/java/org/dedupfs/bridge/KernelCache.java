package org.dedupfs.bridge;

/** The kernel's page cache. */
@FunctionalInterface
public interface KernelCache {
  /**
   * Has the kernel forget all cached bytes and attributes of a file, soon: may be called by a
   * thread that serves a request, and does not wait.
   *
   * @param nodeId {@link Request#nodeId()} of a request about an open file
   */
  void invalidate(long nodeId);

  /**
   * Waits until the kernel has forgotten what it was told to before, for a moment at most: not at
   * all if so many threads that serve requests wait already that there might be none to serve what
   * the kernel waits for.
   */
  default void settle() {}
}
